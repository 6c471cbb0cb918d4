export { getUploadTerms, requireMember, requireOpen } from './permit.ts'
export { organizationRoutes } from './routes.ts'
export { getAllowedKinds } from './store.ts'
