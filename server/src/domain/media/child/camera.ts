import type { MediaFacts } from '@trove/contract/media-facts'

/** `contentId`: shared by the two halves of a live photograph; kept, and told to nobody. */
export type OwnFacts = MediaFacts & { contentId?: string }

/** A UUID; undefined for anything else. */
export const contentIdIn = (value: string | undefined): string | undefined =>
  /^[0-9A-F]{8}-([0-9A-F]{4}-){3}[0-9A-F]{12}/i.exec(value ?? '')?.[0].toUpperCase()

const LONGEST_LINE = 200
const LONGEST_TEXT = 2000

/** Without the members that are undefined. */
export function present(facts: { [K in keyof MediaFacts]: MediaFacts[K] | undefined }): MediaFacts {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as MediaFacts
}

/** One line without control characters, which PostgreSQL would refuse in part; undefined when nothing is left. */
export const text = (value: unknown): string | undefined => clean(value, LONGEST_LINE)

/** The same for what people write about a picture, which may be long. */
export const prose = (value: unknown): string | undefined => clean(value, LONGEST_TEXT)

function clean(value: unknown, longest: number): string | undefined {
  if (typeof value !== 'string') return undefined
  // oxlint-disable-next-line no-control-regex
  const line = value
    .replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ')
    .toWellFormed()
    .trim()
    .slice(0, longest)
    .toWellFormed()
  return line === '' ? undefined : line
}

/** `2026:05:04 12:30:00` as the camera wrote it, in the form of ISO 8601; undefined for a clock that was never set. */
export function localTime(value: unknown): string | undefined {
  const [, date, time = '00:00:00'] = /^(\d{4}[:-]\d\d[:-]\d\d)(?:[ T](\d\d:\d\d:\d\d))?/.exec(text(value) ?? '') ?? []
  const written = `${date?.replaceAll(':', '-')}T${time}`
  if (date === undefined || Number.isNaN(Date.parse(`${written}Z`))) return undefined
  return Number(written.slice(0, 4)) < EARLIEST_YEAR ? undefined : written
}

/** The first photograph is of 1826. */
const EARLIEST_YEAR = 1826
const MOST_OFFSET_MINUTES = 18 * 60

/** `+02:00` in minutes. */
export function offsetOf(value: unknown): number | undefined {
  const text = typeof value === 'string' ? value.trim() : ''
  if (text === 'Z') return 0
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/.exec(text) ?? []
  if (sign === undefined) return undefined
  const offset = (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes))
  return Math.abs(offset) <= MOST_OFFSET_MINUTES ? offset + 0 : undefined
}

export const positive = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) && value > 0 && value < 1e9 ? value : undefined

export const whole = (value: unknown): number | undefined => {
  const number = positive(value)
  return number === undefined ? undefined : Math.round(number)
}
