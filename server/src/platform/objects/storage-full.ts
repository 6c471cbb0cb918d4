import { Problem } from '../problem.ts'

const FULL = new Set(['ENOSPC', 'EDQUOT'])

/** What to throw for a failed write: a disk without room is a plain problem, anything else the fault it is. */
export function orStorageFull(error: unknown): unknown {
  if (!(error instanceof Error) || !FULL.has((error as NodeJS.ErrnoException).code ?? '')) return error
  return new Problem(
    'storage-full',
    'There is no room left on the disk. What has been received so far is kept; go on when there is room again.',
  )
}
