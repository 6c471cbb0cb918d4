import { Failure } from './failure.ts'
import type { Environment } from './server/keys.ts'
import type { Manner, Streams } from './terminal/report.ts'

/** What a word of the command line has at hand. */
export type Context = {
  /** Those after the word itself. */
  words: readonly string[]
  environment: Environment
  streams: Streams
  signal: AbortSignal
}

/** Flags that several words take. */
export const talking = {
  help: { type: 'boolean', short: 'h' },
  server: { type: 'string' },
  json: { type: 'boolean' },
} as const

export const moving = {
  ...talking,
  quiet: { type: 'boolean', short: 'q' },
  parallel: { type: 'string' },
  'give-up-after': { type: 'string' },
} as const

const DEFAULT_GIVE_UP_S = 15 * 60
const MOST_AT_ONCE = 32

/** How long to wait for a server that is away, in milliseconds. @throws Failure  misunderstood */
export function giveUpMsOf(text: string | undefined): number {
  return wholeNumber('--give-up-after', text, { least: 0, most: 7 * 24 * 60 * 60 }, DEFAULT_GIVE_UP_S) * 1000
}

/** @throws Failure  misunderstood */
export function parallelOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : wholeNumber('--parallel', text, { least: 1, most: MOST_AT_ONCE }, 1)
}

function wholeNumber(
  flag: string,
  text: string | undefined,
  { least, most }: { least: number; most: number },
  otherwise: number,
) {
  if (text === undefined) return otherwise
  const number = Number(text)
  if (!/^\d+$/.test(text) || number < least || number > most)
    throw new Failure('misunderstood', `${flag} takes a whole number from ${least} to ${most}, not ${text}.`)
  return number
}

const UNITS: Record<string, number> = {
  '': 1,
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KIB: 1024,
  MIB: 1024 ** 2,
  GIB: 1024 ** 3,
}

/** Bytes of `8MiB`, `95MB` or `65536`. @throws Failure  misunderstood */
export function sizeOf(flag: string, text: string, { least, most }: { least: number; most: number }): number {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text) ?? []
  const bytes = Math.floor(Number(number) * (UNITS[unit.toUpperCase()] ?? Number.NaN))
  if (number === '' || !(bytes >= least && bytes <= most))
    throw new Failure(
      'misunderstood',
      `${flag} takes a size from ${least} to ${most} bytes, such as 8MiB, not ${text}.`,
    )
  return bytes
}

/** Bars where somebody watches; lines for logs and other programs. */
export function mannerOf(
  flags: { json?: boolean | undefined; quiet?: boolean | undefined },
  { environment, streams }: Pick<Context, 'environment' | 'streams'>,
): Manner {
  if (flags.json) return 'json'
  if (flags.quiet) return 'quiet'
  return streams.err.isTTY === true && environment['TERM'] !== 'dumb' ? 'bars' : 'lines'
}
