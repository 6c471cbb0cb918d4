import pg from 'pg'

/** What a socket or `pg` says when the server is not there, or no longer. */
const NETWORK_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOENT',
  'EHOSTUNREACH',
  'ENOTFOUND',
])
const MESSAGES =
  /Connection terminated|timeout exceeded when trying to connect|Query read timeout|not queryable|Client was closed|connection timeout|Cannot use a pool after|has already been (released|discarded)/i

/** SQLSTATE classes 08 (connection), 53 (resources), 57P (operator intervention): appendix A of the PostgreSQL manual. */
const STATES = /^(08|53|57P)/

/** Whether the database is away or refusing everybody, as against refusing this statement. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isUnavailable)
  if (!(error instanceof Error)) return false
  if (error instanceof pg.DatabaseError) return STATES.test(error.code ?? '')
  const code = 'code' in error ? String(error.code) : ''
  if (NETWORK_CODES.has(code) && 'syscall' in error && ['connect', 'read', 'write'].includes(String(error.syscall)))
    return true
  return MESSAGES.test(error.message)
}
