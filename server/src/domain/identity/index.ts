export {
  findAccount,
  listUsers,
  makeResetPath,
  resumeUser,
  setAdministrator,
  suspendUser,
} from './accounts/administration/operations.ts'
export { closeAccountOf } from './accounts/closing.ts'
export { createPasswordCheck, requireOwnPassword, type PasswordCheck } from './accounts/passwords.ts'
export { findUserByEmail } from './operations.ts'
export { createAuthenticator, type Authenticator } from './authenticator.ts'
export { requireConfirmed } from './confirmation.ts'
export { ACCESS_COOKIE } from './cookies.ts'
export { removeFactors } from './factors/lost.ts'
export { identityRoutes } from './routes.ts'
export { identityTasks } from './tasks.ts'
export { addInvitedAccount, getAddress, hashNewPassword, markVerified } from './invited/steps.ts'
export { normalizeEmail } from './rules.ts'
export { hashToken } from './tokens.ts'
export { openAvatarPool, renderPicture, type Pool as PicturePool } from './accounts/avatars.ts'
