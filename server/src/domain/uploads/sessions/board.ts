import type { SessionProgress, UploadProgress } from '@trove/contract/events'
import { createMeter, type Meter } from './meter.ts'
import { fileCountOf, isTotalKnown, sumsOf } from './present.ts'
import type { Report } from './reports.ts'
import { advance, sessionHasEnded, type Amount } from './rules.ts'
import type * as store from './store.ts'

/** So many uploads are named in one message; the figures of the session are of all. */
const MOST_NAMED = 100

type Position = UploadProgress & { isMoved: boolean }

/**
 * What one process knows of a session that moves: what the rows say, and what has been reported since. Every process
 * hears the same reports in the same order, so that they come to the same figures.
 */
export type Board = {
  readonly id: string
  row: store.SessionRow | undefined
  /** What the rows said of uploads whose bytes are reported. */
  durable: Map<string, number>
  readonly positions: Map<string, Position>
  readonly meter: Meter
  amount: Amount | undefined
  last: SessionProgress | undefined
  sequence: number
}

export function createBoard(id: string, nowMs: number): Board {
  return {
    id,
    row: undefined,
    durable: new Map(),
    positions: new Map(),
    meter: createMeter(nowMs),
    amount: undefined,
    last: undefined,
    sequence: 0,
  }
}

export function takeReport(board: Board, report: Report, nowMs: number): void {
  const { uploadId, bytesUploaded, chunk, movedBytes } = report
  const before = board.positions.get(uploadId)?.bytesUploaded ?? 0
  // What comes a second time is not told as a step back.
  const furthest = Math.max(before, bytesUploaded)
  board.positions.set(uploadId, { uploadId, bytesUploaded: furthest, ...(chunk && { chunk }), isMoved: true })
  board.meter.add(movedBytes, nowMs)
}

/** @param open  uploads under way and those reported, as far as they have not ended, with what the rows say of them */
export function takeRows(
  board: Board,
  row: store.SessionRow,
  open: readonly { id: string; offsetBytes: number }[],
): void {
  board.row = row
  board.durable = new Map(open.map(({ id, offsetBytes }) => [id, offsetBytes]))
  for (const uploadId of board.positions.keys()) if (!board.durable.has(uploadId)) board.positions.delete(uploadId)
  for (const { id, offsetBytes } of open) {
    const known = board.positions.get(id)
    if (known === undefined || known.bytesUploaded < offsetBytes)
      board.positions.set(id, { uploadId: id, ...known, bytesUploaded: offsetBytes, isMoved: true })
  }
}

/**
 * The next thing to tell. Undefined while the rows have not been read.
 *
 * @param isWhole  of all that is under way, not only of what has moved since the last
 */
export function tell(board: Board, nowMs: number, isWhole = false): SessionProgress | undefined {
  const { row } = board
  if (row === undefined) return undefined
  const ahead = [...board.positions.values()].reduce(
    (sum, { uploadId, bytesUploaded }) => sum + Math.max(0, bytesUploaded - (board.durable.get(uploadId) ?? 0)),
    0,
  )
  const amount = advance(board.amount, sumsOf(row, row.openBytes + ahead))
  board.amount = amount
  // Of the clock, so that it rises too from one process to the next.
  board.sequence = Math.max(board.sequence + 1, nowMs)
  const named = [...board.positions.values()].filter(({ isMoved }) => isWhole || isMoved).slice(0, MOST_NAMED)
  const isKnown = isTotalKnown(row)
  const left = isKnown ? amount.totalBytes - amount.bytesUploaded : undefined
  const progress: SessionProgress = {
    type: 'upload-session.progressed',
    organizationId: row.organizationId,
    uploadSessionId: row.id,
    sequence: board.sequence,
    isWhole,
    status: row.status,
    ...(row.name !== null && { name: row.name }),
    ...(row.status === 'paused' && row.pausedBy !== null && { pausedById: row.pausedBy }),
    fileCount: fileCountOf(row),
    completedCount: row.completed,
    failedCount: row.failed,
    cancelledCount: row.cancelled,
    ...amount,
    isTotalKnown: isKnown,
    pace: row.status === 'active' ? board.meter.pace(left, nowMs) : { bytesPerSecond: 0, isWaiting: false },
    uploads: named.map(({ uploadId, bytesUploaded, chunk }) => ({ uploadId, bytesUploaded, ...(chunk && { chunk }) })),
  }
  if (!isWhole) for (const { uploadId } of named) settle(board, uploadId)
  board.last = progress
  return progress
}

function settle({ positions }: Board, uploadId: string): void {
  const position = positions.get(uploadId)
  if (position !== undefined) positions.set(uploadId, { ...position, isMoved: false })
}

/** Whether it may change by time alone: somebody should hear when nothing comes any more. */
export const isLively = ({ last, row }: Board): boolean =>
  row !== undefined && !sessionHasEnded(row.status) && last?.pace.isWaiting === false && row.status === 'active'

/** Whether something has been reported that was not told yet. */
export const hasMoved = ({ positions }: Board): boolean => positions.values().some(({ isMoved }) => isMoved)
