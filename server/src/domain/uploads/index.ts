export { overrideMethod } from './protocol.ts'
export { openUploads } from './routes.ts'
export { uploadTasks } from './tasks.ts'
