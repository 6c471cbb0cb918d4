export { linkRoutes } from './routes.ts'
export { linkTasks } from './tasks.ts'
export { createVisitReader, VISIT_COOKIE } from './visits/passes.ts'
