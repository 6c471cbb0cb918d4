import { formatBytes, formatCount, formatRate, formatRemaining, formatShare } from '../lib/format.ts'
import { secondsLeft } from './meter.ts'
import { isSettling, type Transfer } from './model.ts'
import type { Snapshot } from './shelf.ts'
import type { Tally } from './tally.ts'

/** How all of it stands: `3 uploading`, `12 processing`, `126 uploaded, 2 not`. */
export function headline({ tally, isOnline }: Pick<Snapshot, 'tally' | 'isOnline'>): string {
  const { sending, waiting, paused, needsFile, elsewhere, settling, done, failed } = tally
  if (sending + waiting > 0) {
    const left = number(sending + waiting)
    if (!isOnline) return `${left} waiting for the connection`
    return isInterrupted(tally) ? `${left} interrupted, trying again` : `${left} uploading`
  }
  if (needsFile > 0) return `${formatCount(needsFile, 'file')} to choose again`
  if (paused > 0) return tally.pausedBy ?? `${number(paused)} paused`
  if (elsewhere > 0) return `${number(elsewhere)} uploading elsewhere`
  if (settling > 0) return `${number(settling)} processing`
  if (failed === 0) return `${number(done)} uploaded`
  return done === 0 ? `${number(failed)} not uploaded` : `${number(done)} uploaded, ${number(failed)} not`
}

/** The figures beside it: `41 %`, `12 MB/s`, `2 min`. */
export function figures({ tally, share, isOnline }: Pick<Snapshot, 'tally' | 'share' | 'isOnline'>): string[] {
  if (tally.bytesTotal === 0 || !isMoving(tally)) return []
  const told = [formatShare(Math.min(share, 0.99), 1)]
  if (!isOnline || tally.sending === 0 || isInterrupted(tally)) return told
  if (tally.rateBytesPerSecond > 0) told.push(formatRate(tally.rateBytesPerSecond))
  if (tally.secondsLeft !== undefined) told.push(formatRemaining(tally.secondsLeft))
  return told
}

/** Whether everything that should be moving waits to try again. */
export const isInterrupted = ({ sending, retrying }: Tally) => sending > 0 && sending === retrying

/** Whether bytes are still to come from anywhere. */
export const isMoving = ({ sending, waiting, paused, needsFile, elsewhere }: Tally) =>
  sending + waiting + paused + needsFile + elsewhere > 0

/** Whether nothing more will happen by itself. */
export const isOver = (tally: Tally) => !isMoving(tally) && tally.settling === 0

/** The line below a name. */
export function rowLine(transfer: Transfer, nowMs: number): string {
  const { state, sizeBytes, bytesSent, rateBytesPerSecond, reason, nextTryAtMs, needs, name, wasKnown } = transfer
  const size = formatBytes(sizeBytes)
  if (wasKnown === true && (isSettling(transfer) || state === 'ready')) return 'Already here: nothing was sent'
  const sent = `${formatBytes(bytesSent)} of ${size}`
  switch (state) {
    case 'waiting':
      return bytesSent > 0 ? `Waiting · ${sent}` : `Waiting · ${size}`
    case 'uploading': {
      if (bytesSent >= sizeBytes) return `Finishing · ${size}`
      const left = secondsLeft(sizeBytes - bytesSent, rateBytesPerSecond)
      const rate = rateBytesPerSecond > 0 ? [formatRate(rateBytesPerSecond)] : []
      return [sent, ...rate, ...(left === undefined ? [] : [formatRemaining(left)])].join(' · ')
    }
    case 'retrying': {
      const seconds = nextTryAtMs === undefined ? 0 : Math.ceil((nextTryAtMs - nowMs) / 1000)
      return seconds > 1 ? `${reason ?? 'Interrupted'} · again in ${seconds} s` : `${reason ?? 'Interrupted'} · ${sent}`
    }
    case 'paused':
      return `${reason ?? 'Paused'} · ${sent}`
    case 'needs-file':
      return needs === 'permission'
        ? 'Allow Trove to read it again to go on'
        : `Choose ${name} again to go on from ${formatShare(bytesSent, sizeBytes)}`
    case 'elsewhere':
      return `Uploading elsewhere · ${sent}`
    case 'checking':
      return `Checking · ${size}`
    case 'processing':
      return `Processing · ${size}`
    case 'ready':
      return size
    case 'unshown':
      return reason ?? 'Uploaded, without a preview'
    case 'failed':
      return reason ?? 'Not uploaded'
  }
}

/** What is read aloud: only what changes rarely, never each per cent. */
export function milestone(snapshot: Pick<Snapshot, 'tally' | 'isOnline' | 'share'>): string {
  const { tally, share } = snapshot
  if (tally.count === 0) return ''
  if (isOver(tally)) return headline(snapshot)
  if (tally.sending + tally.waiting === 0) return headline(snapshot)
  const quarter = Math.floor(share * 4) * 25
  const failed = tally.failed > 0 ? `, ${tally.failed} not uploaded` : ''
  if (!snapshot.isOnline) return `Uploads are waiting for the connection${failed}`
  return `Uploading ${formatCount(tally.count - tally.failed, 'file')}: ${quarter} %${failed}`
}

/** A name in two parts, so that its end stays readable when its middle has to go. */
export function splitName(name: string): [head: string, tail: string] {
  const letters = [...name]
  const tail = letters.length > 18 ? letters.slice(-9).join('').trimStart() : ''
  return [name.slice(0, name.length - tail.length), tail]
}

const number = (value: number) => new Intl.NumberFormat(undefined).format(value)
