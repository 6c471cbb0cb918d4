export { judgeType } from './judge.ts'
export { sniff } from './signatures.ts'
