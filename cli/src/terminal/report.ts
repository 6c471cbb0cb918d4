import type { Failure } from '../failure.ts'
import { adviceOf } from '../failure.ts'
import { openBars, type Bars } from './bars.ts'
import { formatBytes, printable } from './text.ts'

/** What happens to the files of a run, in the order in which it does. */
export type Happening =
  /** More was found that will be moved. */
  | { event: 'found'; files: number; bytes: number }
  /** @member fromBytes  so many are there already from before */
  | { event: 'began'; path: string; bytes: number; fromBytes: number }
  | { event: 'progress'; path: string; bytes: number; movedBytes: number }
  | { event: 'waiting'; path?: string; reason: string; waitMs: number }
  | { event: 'restarted'; path: string; reason: string }
  /** Safe on the server, or whole on this disk. @member verified  whether the SHA-256 of both sides is the same */
  | { event: 'done'; path: string; bytes: number; fileId: string; verified: boolean; target?: string }
  | { event: 'present'; path: string; bytes: number; fileId: string }
  | { event: 'skipped'; path: string; reason: string }
  | { event: 'failed'; path: string; failure: Failure }
  | { event: 'note'; text: string }

export type Tally = {
  files: number
  bytes: number
  done: number
  doneBytes: number
  present: number
  skipped: number
  failed: { path: string; failure: Failure }[]
}

export type Report = {
  tell(happening: Happening): void
  readonly tally: Tally
  /** Takes the bars away: it could not go on, and somebody else says why. */
  stop(): void
  /** Takes the bars away and says how it ended. @param more members of the last JSON line */
  end(ending: { exitCode: number; sentences: readonly string[]; more?: Readonly<Record<string, unknown>> }): void
}

/** `bars` on a terminal, else `lines`; `quiet` says only what failed; `json` an object a line. */
export type Manner = 'bars' | 'lines' | 'quiet' | 'json'

export type Streams = {
  out: { write(text: string): unknown }
  err: { write(text: string): unknown; columns?: number; rows?: number; isTTY?: boolean }
}

const JSON_EVERY_MS = 1_000

export type Reporting = { manner: Manner; word: 'uploaded' | 'downloaded'; streams: Streams }

export function openReport({ manner, word, streams }: Reporting): Report {
  const tally: Tally = { files: 0, bytes: 0, done: 0, doneBytes: 0, present: 0, skipped: 0, failed: [] }
  const bars = manner === 'bars' ? openBars(streams.err, tally) : undefined
  const tellJson = manner === 'json' ? jsonLines(streams) : undefined
  return {
    tally,
    tell(happening) {
      count(tally, happening)
      tellJson?.(happening)
      if (bars !== undefined) showOn(bars, happening)
      if (manner === 'lines') sayLine(streams, happening, word)
    },
    stop: () => bars?.close(),
    end({ exitCode, sentences, more }) {
      bars?.close()
      if (manner === 'json') {
        const { failed, ...counts } = tally
        const failures = failed.map(({ path, failure }) => ({ path, ...told(failure) }))
        streams.out.write(`${JSON.stringify({ event: 'summary', ...counts, ...more, failed: failures, exitCode })}\n`)
        return
      }
      if (tally.failed.length > 0) streams.err.write(failuresOf(tally))
      if (manner === 'quiet' && exitCode === 0) return
      const stream = exitCode === 0 ? streams.out : streams.err
      for (const sentence of sentences) stream.write(`${sentence}\n`)
    },
  }
}

function count(tally: Tally, happening: Happening): void {
  switch (happening.event) {
    case 'found':
      tally.files += happening.files
      tally.bytes += happening.bytes
      break
    case 'done':
      tally.done += 1
      tally.doneBytes += happening.bytes
      break
    case 'present':
      tally.present += 1
      break
    case 'skipped':
      tally.skipped += 1
      break
    case 'failed':
      tally.failed.push({ path: happening.path, failure: happening.failure })
      break
    default:
  }
}

function jsonLines({ out }: Streams): (happening: Happening) => void {
  const toldAt = new Map<string, number>()
  return (happening) => {
    if (happening.event === 'progress') {
      if (Date.now() - (toldAt.get(happening.path) ?? 0) < JSON_EVERY_MS) return
      toldAt.set(happening.path, Date.now())
    }
    if (happening.event === 'done') toldAt.delete(happening.path)
    const { failure, ...rest } = happening as Happening & { failure?: Failure }
    out.write(`${JSON.stringify({ ...rest, ...(failure && told(failure)) })}\n`)
  }
}

function told(failure: Failure) {
  const advice = adviceOf(failure)
  return { kind: failure.kind, reason: failure.message, ...(advice !== undefined && { advice }) }
}

function sayLine({ out, err }: Streams, happening: Happening, word: string): void {
  switch (happening.event) {
    case 'done':
      out.write(`${word}  ${printable(happening.path)}  ${formatBytes(happening.bytes)}\n`)
      break
    case 'present':
      out.write(`there already  ${printable(happening.path)}\n`)
      break
    default: {
      const line = noteOf(happening)
      if (line !== undefined) err.write(`${line}\n`)
    }
  }
}

/** What a person should hear at once, whatever else is on the screen. */
function noteOf(happening: Happening): string | undefined {
  switch (happening.event) {
    case 'failed':
      return `failed  ${failureLine(happening)}`
    case 'restarted':
      return `begun anew  ${printable(happening.path)}: ${happening.reason}`
    case 'skipped':
      return `skipped  ${printable(happening.path)}: ${happening.reason}`
    case 'note':
      return happening.text
    case 'waiting':
      return `waiting ${Math.ceil(happening.waitMs / 1000)} s: ${printable(happening.reason)}`
    default:
      return undefined
  }
}

function showOn(bars: Bars, happening: Happening): void {
  switch (happening.event) {
    case 'began':
    case 'progress':
      bars.move(
        happening.path,
        happening.bytes,
        happening.event === 'began' ? happening.fromBytes : happening.movedBytes,
        happening.event === 'began',
      )
      break
    case 'done':
    case 'present':
      bars.finish(happening.path, happening.event === 'done' ? happening.bytes : 0)
      break
    case 'waiting':
      bars.wait(happening.path, happening.reason, happening.waitMs)
      break
    default: {
      if (happening.event === 'failed') bars.finish(happening.path, 0)
      const line = noteOf(happening)
      if (line !== undefined) bars.say(line)
    }
  }
}

const failureLine = ({ path, failure }: { path: string; failure: Failure }): string =>
  `${printable(path)}: ${printable([failure.message, adviceOf(failure)].filter(Boolean).join(' '))}`

/** Every one with its reason. */
function failuresOf({ failed }: Tally): string {
  const lines = failed.map((one) => `  ${failureLine(one)}\n`)
  return `\nFailed:\n${lines.join('')}\n`
}
