/** What files say of themselves, as far as it concerns when, where and with what they were made. */
export type Claims = {
  takenAt?: unknown
  offsetMinutes?: unknown
  cameraMake?: unknown
  cameraModel?: unknown
  place?: unknown
}
export type Happened = { at: Date; offsetMinutes: number; from: 'camera' | 'upload' }

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
/** The oldest photograph that there is. What is older was said by a clock that was never set. */
const FIRST_YEAR = 1826
const MOST_OFFSET_MINUTES = 1080
const LOCAL = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,3})\d*)?)?$/
const MOST_CAMERA_LETTERS = 120

/**
 * When a file happened: as its camera wrote it, in the zone that it told or else in that of whoever uploaded it, on that
 * day; when it was uploaded if it does not say, or says what cannot be.
 *
 * @param timeZone  IANA's name; UTC where nobody has said
 */
export function happenedOf(claims: Claims, uploaded: { at: Date; timeZone: string | null }): Happened {
  const zone = uploaded.timeZone ?? 'UTC'
  const local = localOf(claims.takenAt)
  const told = offsetOf(claims.offsetMinutes)
  if (local !== undefined) {
    const offsetMinutes = told ?? offsetOfWallClock(local, zone)
    const at = new Date(local - offsetMinutes * MINUTE_MS)
    const isPossible = at.getUTCFullYear() >= FIRST_YEAR && at.getTime() <= uploaded.at.getTime() + DAY_MS
    if (isPossible) return { at, offsetMinutes, from: 'camera' }
  }
  return { at: uploaded.at, offsetMinutes: offsetAt(uploaded.at.getTime(), zone), from: 'upload' }
}

/** Maker and model, the maker once; null when none is told. */
export function cameraOf({ cameraMake, cameraModel }: Claims): string | null {
  const make = typeof cameraMake === 'string' ? cameraMake.trim() : ''
  const model = typeof cameraModel === 'string' ? cameraModel.trim() : ''
  const repeats = make !== '' && model.toLowerCase().startsWith(make.toLowerCase())
  const name = repeats ? model : `${make} ${model}`.trim()
  return name === '' ? null : [...name.replaceAll('\0', '')].slice(0, MOST_CAMERA_LETTERS).join('')
}

/** Degrees, or null. Exactly nowhere, at 0° and 0°, is what a receiver says that has not found itself. */
export function placeOf({ place }: Claims): { latitude: number; longitude: number } | null {
  if (typeof place !== 'object' || place === null) return null
  const { latitude, longitude } = place as { latitude?: unknown; longitude?: unknown }
  if (typeof latitude !== 'number' || typeof longitude !== 'number') return null
  const isOnEarth = Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180
  return isOnEarth && (latitude !== 0 || longitude !== 0) ? { latitude, longitude } : null
}

/** Scans of old pictures are dated too. */
const FIRST = Date.UTC(1000, 0, 1)
const LAST = Date.UTC(9999, 0, 1)

/** Whether somebody may say that it happened then: of four digits, wherever in the world. */
export const isPossible = (at: Date): boolean => at.getTime() >= FIRST && at.getTime() < LAST

/** An instant with its offset, as a client writes it: `2026-05-04T12:30:00+02:00`. Undefined for what is none. */
export function parseInstant(written: string): { at: Date; offsetMinutes: number } | undefined {
  const [, local, sign, hours, minutes] =
    /^(\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?)(?:[Zz]|([+-])(\d\d):(\d\d))$/.exec(written) ?? []
  if (local === undefined) return undefined
  const amount = Number(hours ?? 0) * 60 + Number(minutes ?? 0)
  const offsetMinutes = amount === 0 ? 0 : sign === '-' ? -amount : amount
  const wall = localOf(local.toUpperCase())
  if (wall === undefined || Math.abs(offsetMinutes) > MOST_OFFSET_MINUTES || Number(minutes ?? 0) > 59) return undefined
  return { at: new Date(wall - offsetMinutes * MINUTE_MS), offsetMinutes }
}

/** What a clock on the wall showed, as if it were UTC, in milliseconds. */
function localOf(written: unknown): number | undefined {
  const parts = typeof written === 'string' ? LOCAL.exec(written) : null
  if (parts === null) return undefined
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
    .slice(1, 7)
    .map((part) => Number(part ?? 0))
  const wall = new Date(0)
  wall.setUTCFullYear(year, month - 1, day)
  wall.setUTCHours(hour, minute, Math.min(second, 59), Number((parts[7] ?? '0').padEnd(3, '0')))
  // The 31st of February would otherwise be the 3rd of March.
  const isDate =
    wall.getUTCMonth() === month - 1 && wall.getUTCDate() === day && hour < 24 && minute < 60 && second <= 60
  return isDate ? wall.getTime() : undefined
}

function offsetOf(told: unknown): number | undefined {
  if (typeof told !== 'number' || !Number.isInteger(told)) return undefined
  return Math.abs(told) <= MOST_OFFSET_MINUTES ? told : undefined
}

/**
 * The offset of a zone when its clocks showed this. An hour that they showed twice is taken for the first of the two,
 * one that they left out for that before the change.
 */
function offsetOfWallClock(wall: number, zone: string): number {
  const before = offsetAt(wall - DAY_MS, zone)
  const after = offsetAt(wall + DAY_MS, zone)
  const fits = [before, after].find((offset) => offsetAt(wall - offset * MINUTE_MS, zone) === offset)
  return fits ?? before
}

/** Minutes that a zone is ahead of UTC at an instant. */
function offsetAt(instant: number, zone: string): number {
  const parts = formatOf(zone).formatToParts(instant)
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? ''
  const [, sign, hours, minutes = '0'] = /^GMT([+-])(\d{1,2})(?::(\d\d))?/.exec(name) ?? []
  const amount = Number(hours ?? 0) * 60 + Number(minutes)
  return amount === 0 ? 0 : sign === '-' ? -amount : amount
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** There are some hundreds of zones; a name that is none is UTC. */
function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone)
  if (known !== undefined) return known
  const made = formatIn(zone) ?? formatIn('UTC') ?? new Intl.DateTimeFormat('en-US', { timeZoneName: 'longOffset' })
  formats.set(zone, made)
  return made
}

function formatIn(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })
  } catch {
    return undefined
  }
}
