export { watchRefusals } from './refusals/routes.ts'
export { trailRoutes } from './trail/routes.ts'
