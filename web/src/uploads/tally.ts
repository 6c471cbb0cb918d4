import { secondsLeft } from './meter.ts'
import { isDone, isEnded, isPending, isSettling, type Transfer } from './model.ts'

/** All that is on its way, added up. */
export type Tally = {
  count: number
  /** Bytes are moving, or will again by themselves. */
  sending: number
  /** Of those: how many wait to try again. */
  retrying: number
  waiting: number
  paused: number
  /** In words, when it was somebody elsewhere who paused all of them. */
  pausedBy: string | undefined
  needsFile: number
  elsewhere: number
  settling: number
  done: number
  failed: number
  /** Of those that failed or cannot be shown: how many may go well another time. */
  retriable: number
  /** Of batches that are not finished, without what failed. */
  bytesSent: number
  bytesTotal: number
  rateBytesPerSecond: number
  /** Undefined while the speed is not known. */
  secondsLeft: number | undefined
}

export function tallyOf(transfers: readonly Transfer[], rateBytesPerSecond: number): Tally {
  const tally: Tally = {
    count: transfers.length,
    sending: 0,
    retrying: 0,
    waiting: 0,
    paused: 0,
    pausedBy: undefined,
    needsFile: 0,
    elsewhere: 0,
    settling: 0,
    done: 0,
    failed: 0,
    retriable: 0,
    bytesSent: 0,
    bytesTotal: 0,
    rateBytesPerSecond,
    secondsLeft: undefined,
  }
  const unfinished = new Set<string>()
  let bytesToSend = 0
  for (const transfer of transfers) {
    tally[columnOf(transfer)] += 1
    if (transfer.state === 'unshown' || (transfer.state === 'failed' && transfer.canRetry)) tally.retriable += 1
    if (transfer.state === 'retrying') tally.retrying += 1
    if (!isEnded(transfer)) unfinished.add(transfer.batchKey)
    if (transfer.state === 'uploading' || transfer.state === 'waiting' || transfer.state === 'retrying') {
      bytesToSend += transfer.sizeBytes - transfer.bytesSent
    }
  }
  for (const transfer of transfers) {
    if (!unfinished.has(transfer.batchKey) || transfer.state === 'failed') continue
    tally.bytesTotal += transfer.sizeBytes
    tally.bytesSent += isPending(transfer) ? Math.min(transfer.bytesSent, transfer.sizeBytes) : transfer.sizeBytes
  }
  tally.secondsLeft = secondsLeft(bytesToSend, rateBytesPerSecond)
  const reasons = new Set(transfers.filter(({ state }) => state === 'paused').map(({ reason }) => reason))
  tally.pausedBy = reasons.size === 1 ? [...reasons][0] : undefined
  return tally
}

function columnOf(transfer: Transfer) {
  if (isDone(transfer)) return 'done'
  if (isSettling(transfer)) return 'settling'
  switch (transfer.state) {
    case 'uploading':
    case 'retrying':
      return 'sending'
    case 'needs-file':
      return 'needsFile'
    case 'failed':
    case 'paused':
    case 'waiting':
    case 'elsewhere':
      return transfer.state
    default:
      return 'waiting'
  }
}

const ORDER = [
  'failed',
  'needs-file',
  'uploading',
  'retrying',
  'paused',
  'elsewhere',
  'waiting',
  'checking',
  'processing',
  'unshown',
  'ready',
] as const

/** Rows as the tray shows them: what needs a person first, then what moves, then what waits, then what is done. */
export function inTrayOrder(transfers: Iterable<Transfer>): Transfer[] {
  const groups = new Map<string, Transfer[]>(ORDER.map((state) => [state, []]))
  for (const transfer of transfers) groups.get(transfer.state)?.push(transfer)
  return [...groups.values()].flat()
}
