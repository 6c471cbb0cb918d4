export { findUserByEmail } from './operations.ts'
export { ACCESS_COOKIE, identityRoutes } from './routes.ts'
export { createAuthenticator, type Authenticator } from './sessions.ts'
export { identityTasks } from './tasks.ts'
