export { requireMember } from './operations.ts'
export { organizationRoutes } from './routes.ts'
export { getAllowedKinds } from './store.ts'
