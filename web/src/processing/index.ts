export { Failures } from './Failures.tsx'
export { Queues } from './Queues.tsx'
export { Running } from './Running.tsx'
