const UNITS = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'] as const
const STEP = 1024
const SECOND_MS = 1000
const MINUTE_S = 60
const HOUR_S = 3600
const DAY_MS = 86_400_000

/** `3.4 MB`. Steps of 1024, as file managers count; three digits at most. */
export function formatBytes(bytes: number): string {
  let size = Math.max(0, bytes)
  let unit = 0
  while (Math.round(size) >= (unit === 0 ? STEP : 1000) && unit < UNITS.length - 1) {
    size /= STEP
    unit += 1
  }
  const digits = unit === 0 || size >= 99.95 ? 0 : 1
  return `${number(size, digits)} ${UNITS[unit]}`
}

/** `12.4 MB/s` */
export function formatRate(bytesPerSecond: number): string {
  return `${formatBytes(bytesPerSecond)}/s`
}

/** Time on a clock: `0:07`, `2:41`, `1:02:41`. */
export function formatDuration(durationMs: number): string {
  const all = Math.max(0, Math.round(durationMs / SECOND_MS))
  const hours = Math.floor(all / HOUR_S)
  const minutes = Math.floor((all % HOUR_S) / MINUTE_S)
  const seconds = String(all % MINUTE_S).padStart(2, '0')
  return hours === 0 ? `${minutes}:${seconds}` : `${hours}:${String(minutes).padStart(2, '0')}:${seconds}`
}

/** Time still needed, as somebody would say it: `8 s`, `2 min`, `1 h 20 min`. */
export function formatRemaining(seconds: number): string {
  if (!Number.isFinite(seconds)) return ''
  if (seconds < MINUTE_S) return `${Math.max(1, Math.ceil(seconds))} s`
  const minutes = Math.ceil(seconds / MINUTE_S)
  if (minutes < 60) return `${minutes} min`
  const rest = minutes % 60
  return rest === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${rest} min`
}

/** `1 file`, `2,318 files` */
export function formatCount(count: number, one: string, many = `${one}s`): string {
  return `${number(count, 0)} ${count === 1 ? one : many}`
}

/** `41 %`. Never 100 before the end. */
export function formatShare(part: number, whole: number): string {
  if (whole <= 0) return '0 %'
  const share = (part / whole) * 100
  return `${part < whole ? Math.min(99, Math.floor(share)) : 100} %`
}

/** `4 May 2026, 12:30`, in the reader's language and zone. */
export function formatDateTime(instant: string | number | Date): string {
  return new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(instant))
}

/** `14:02` today, `4 May` this year, `4 May 2025` otherwise. */
export function formatDay(instant: string | number | Date, now = new Date()): string {
  const day = new Date(instant)
  if (day.toDateString() === now.toDateString())
    return new Intl.DateTimeFormat(undefined, { timeStyle: 'short' }).format(day)
  const year = day.getFullYear() === now.getFullYear() ? {} : ({ year: 'numeric' } as const)
  return new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', ...year }).format(day)
}

/** `4 May 2026` */
export function formatDate(instant: string | number | Date): string {
  return new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' }).format(new Date(instant))
}

/** `May 2026` of `2026-05`. @param style `short` gives `May` alone */
export function formatMonth(month: string, style: 'long' | 'short' = 'long'): string {
  const day = new Date(`${month}-15T12:00:00Z`)
  if (style === 'short') return new Intl.DateTimeFormat(undefined, { month: 'short', timeZone: 'UTC' }).format(day)
  return new Intl.DateTimeFormat(undefined, { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(day)
}

/** Whole days from now until an instant; 0 when it has passed. */
export function daysUntil(instantMs: number, nowMs = Date.now()): number {
  return Math.max(0, Math.ceil((instantMs - nowMs) / DAY_MS))
}

/** `4,032 × 3,024` */
export function formatPixels(width: number, height: number): string {
  return `${number(width, 0)} × ${number(height, 0)}`
}

/** Extension of a name in capitals, for a tile that has no picture; empty when there is none worth showing. */
export function extensionOf(name: string): string {
  const match = /\.([\p{L}\p{N}]{1,6})$/u.exec(name)
  return match?.[1]?.toUpperCase() ?? ''
}

const number = (value: number, digits: number) =>
  new Intl.NumberFormat(undefined, { maximumFractionDigits: digits, minimumFractionDigits: 0 }).format(value)
