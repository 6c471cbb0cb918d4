export { timelineRoutes } from './timeline/routes.ts'
export { tasks as timelineTasks } from './timeline/tasks.ts'
export { timelineEventRoutes } from './events/routes.ts'
export { timelineEventTasks } from './events/tasks.ts'
