export { createClamd } from './clamd.ts'
export type { Scanner, Verdict } from './scanner.ts'
