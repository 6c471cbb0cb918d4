import { createMeter } from './meter.ts'
import { fit, formatBytes, formatCount, formatRemaining, formatShare, printable } from './text.ts'

const EVERY_MS = 100
const MOST_BARS = 10
const BAR_COLUMNS = 20
const HIDE_CURSOR = '\u001b[?25l'
const SHOW_CURSOR = '\u001b[?25h'
const CLEAR_BELOW = '\u001b[0J'

type Row = { bytes: number; movedBytes: number; waiting: { reason: string; untilMs: number } | undefined }
type Whole = { files: number; bytes: number; done: number; present: number; failed: readonly unknown[] }
type Screen = { write(text: string): unknown; columns?: number; rows?: number }

/** A bar for each file under way, and one for the whole, at the foot of a terminal. */
export type Bars = {
  /** @param isStart  what was there before moves no meter */
  move(path: string, bytes: number, movedBytes: number, isStart: boolean): void
  wait(path: string | undefined, reason: string, waitMs: number): void
  finish(path: string, bytes: number): void
  /** A line above the bars, which stays. */
  say(line: string): void
  close(): void
}

export function openBars(screen: Screen, whole: Whole): Bars {
  const rows = new Map<string, Row>()
  const meter = createMeter()
  let finishedBytes = 0
  let shown = 0
  let waiting: Row['waiting']
  screen.write(HIDE_CURSOR)
  const restore = () => screen.write(SHOW_CURSOR)
  // However it ends, the cursor is given back.
  process.once('exit', restore)

  const erase = () => (shown === 0 ? '' : `\u001b[${shown}A\r${CLEAR_BELOW}`)
  const draw = () => {
    const movingBytes = rows.values().reduce((sum, row) => sum + row.movedBytes, 0)
    const about = {
      rows,
      whole,
      waiting,
      movedBytes: finishedBytes + movingBytes,
      bytesPerSecond: meter.bytesPerSecond(),
    }
    const lines = linesOf(about, screen.columns ?? 80, screen.rows ?? 24)
    screen.write(erase() + lines.map((line) => `${line}\n`).join(''))
    shown = lines.length
  }
  const timer = setInterval(draw, EVERY_MS)
  timer.unref()
  return {
    move(path, bytes, movedBytes, isStart) {
      const before = rows.get(path)
      // Never backwards: what is sent a second time was shown the first.
      const to = isStart ? movedBytes : Math.min(bytes, Math.max(before?.movedBytes ?? 0, movedBytes))
      if (!isStart) meter.add(to - (before?.movedBytes ?? to))
      rows.set(path, { bytes, movedBytes: to, waiting: undefined })
      waiting = undefined
    },
    wait(path, reason, waitMs) {
      const until = { reason, untilMs: Date.now() + waitMs }
      const row = path === undefined ? undefined : rows.get(path)
      if (row === undefined) waiting = until
      else row.waiting = until
    },
    finish(path, bytes) {
      meter.add(Math.max(0, bytes - (rows.get(path)?.movedBytes ?? 0)))
      rows.delete(path)
      finishedBytes += bytes
    },
    say(line) {
      screen.write(`${erase()}${line}\n`)
      shown = 0
      draw()
    },
    close() {
      clearInterval(timer)
      process.removeListener('exit', restore)
      screen.write(`${erase()}${SHOW_CURSOR}`)
      shown = 0
    },
  }
}

type Drawing = {
  rows: ReadonlyMap<string, Row>
  whole: Whole
  waiting: Row['waiting']
  movedBytes: number
  bytesPerSecond: number
}

/** What stands on the screen, each line narrower than it: a line that wraps could not be taken back. */
export function linesOf(drawing: Drawing, columns: number, screenRows: number): string[] {
  const { rows, whole, waiting, movedBytes, bytesPerSecond } = drawing
  const width = Math.max(20, columns - 1)
  const room = Math.max(0, Math.min(MOST_BARS, screenRows - 3))
  const lines = [...rows].slice(0, room).map(([path, row]) => rowOf(path, row, width))
  if (rows.size > room) lines.push(fit(`  and ${rows.size - room} more`, width))
  if (whole.files === 0) return [fit(waiting === undefined ? 'Looking at what there is…' : waitingOf(waiting), width)]
  const ended = whole.done + whole.present + whole.failed.length
  const left = whole.bytes - movedBytes
  const rate = bytesPerSecond > 0 ? `${formatBytes(bytesPerSecond)}/s` : ''
  const remaining = bytesPerSecond > 0 && left > 0 ? `${formatRemaining(left / bytesPerSecond)} left` : ''
  const failed = whole.failed.length > 0 ? `${whole.failed.length} failed` : ''
  const sum = [
    `${ended} of ${formatCount(whole.files, 'file')}`,
    `${formatBytes(movedBytes)} of ${formatBytes(whole.bytes)}`,
    formatShare(movedBytes, whole.bytes),
    rate,
    remaining,
    failed,
    waiting === undefined ? '' : waitingOf(waiting),
  ]
  lines.push(fit(sum.filter((text) => text !== '').join(' · '), width))
  return lines
}

function rowOf(path: string, { bytes, movedBytes, waiting }: Row, width: number): string {
  const share = bytes === 0 ? 1 : Math.min(1, movedBytes / bytes)
  const full = Math.floor(share * BAR_COLUMNS)
  const bar = '█'.repeat(full) + '░'.repeat(BAR_COLUMNS - full)
  const right =
    waiting === undefined
      ? `${bar} ${formatShare(movedBytes, bytes).padStart(5)} of ${formatBytes(bytes)}`
      : waitingOf(waiting)
  const nameColumns = Math.max(10, Math.min(48, width - 40))
  return fit(`  ${fit(printable(path), nameColumns)}  ${right}`, width)
}

const waitingOf = ({ reason, untilMs }: NonNullable<Row['waiting']>): string =>
  `waiting ${Math.max(0, Math.ceil((untilMs - Date.now()) / 1000))} s: ${printable(reason)}`
