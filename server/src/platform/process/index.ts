export { createProcessPool, type Outcome, type PoolOptions, type ProcessPool } from './pool.ts'
