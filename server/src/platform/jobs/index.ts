export { createJobs, prepareJobs } from './queue.ts'
export {
  defineTask,
  type EnqueueOptions,
  type Jobs,
  type Report,
  type Tallied,
  type Tally,
  type Task,
  type Upkeep,
  type Urgency,
} from './task.ts'
export { startWorkers, type Workers } from './workers.ts'
