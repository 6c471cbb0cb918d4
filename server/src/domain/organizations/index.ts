export { getUploadTerms, requireMember, requireOpen } from './permit.ts'
export { organizationRoutes } from './routes.ts'
export { clipLimitOf, getAllowedKinds } from './store.ts'
