export { closingRoutes } from './closing/routes.ts'
export { opsTasks } from './tasks.ts'
export { watchRefusals } from './refusals/routes.ts'
export { trailRoutes } from './trail/routes.ts'
