export { createProcessPool, type Outcome, type PoolOptions, type ProcessPool, type RunOptions } from './pool.ts'
