export { createJobs, prepareJobs } from './queue.ts'
export { defineTask, type EnqueueOptions, type Jobs, type Task } from './task.ts'
export { startWorkers, type Workers } from './workers.ts'
