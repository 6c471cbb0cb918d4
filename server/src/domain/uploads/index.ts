export { overrideMethod } from './protocol.ts'
export { openUploads } from './routes.ts'
export { countExpired } from './left/store.ts'
export { endExpired, uploadTasks } from './tasks.ts'
