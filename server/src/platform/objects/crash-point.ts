/** The steps of finishing an upload, and of sweeping, after which a test may have the process die. */
export type CrashPoint =
  | 'flush'
  | 'rename'
  | 'folder-flush'
  | 'before-commit'
  | 'after-commit'
  | 'before-204'
  | 'sweep-before-commit'
  | 'sweep-after-commit'
  | 'sweep-object-gone'

/**
 * Ends this process as a loss of power would, when a test has asked for it: NODE_ENV is `test` and TROVE_CRASH_AT
 * names the point. In every other process it does nothing.
 */
export function crashPoint(point: CrashPoint): void {
  if (process.env['TROVE_CRASH_AT'] !== point || process.env['NODE_ENV'] !== 'test') return
  process.kill(process.pid, 'SIGKILL')
}
