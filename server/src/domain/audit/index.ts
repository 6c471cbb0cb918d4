export { record, recordMany, recordSecurityEvent, type Severity } from './record.ts'
export { auditTasks } from './tasks.ts'
