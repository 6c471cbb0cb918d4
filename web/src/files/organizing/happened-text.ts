/** `2026-05-04T12:30:00.000+02:00` taken apart: what a clock on the wall showed, and minutes ahead of UTC. */
export function wallOf(happenedAt: string): { wall: string; offsetMinutes: number } {
  const [, sign, hours = '0', minutes = '0'] = /([+-])(\d\d):(\d\d)$/.exec(happenedAt) ?? []
  const amount = Number(hours) * 60 + Number(minutes)
  return { wall: happenedAt.slice(0, 19), offsetMinutes: sign === '-' ? -amount : amount }
}

/** The two put together again, as the API has it. @param wall  to the minute or the second */
export function instantOf(wall: string, offsetMinutes: number): string {
  const seconds = wall.length === 16 ? `${wall}:00` : wall.slice(0, 19)
  return offsetMinutes === 0 ? `${seconds}Z` : `${seconds}${offsetName(offsetMinutes)}`
}

/** `+02:00` */
export function offsetName(offsetMinutes: number): string {
  const amount = Math.abs(offsetMinutes)
  const [hours, minutes] = [Math.floor(amount / 60), amount % 60].map((part) => String(part).padStart(2, '0'))
  return `${offsetMinutes < 0 ? '-' : '+'}${hours}:${minutes}`
}

/** `4 May 2026, 12:30` as a clock at the place showed it, whatever the clock of whoever looks. */
export function formatHappened(happenedAt: string): string {
  const { wall } = wallOf(happenedAt)
  return new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' }).format(
    new Date(`${wall}Z`),
  )
}

/** Every offset that is in use somewhere, and that of the file if it is another. In minutes. */
export function offsetsWith(present: number): number[] {
  const whole = Array.from({ length: 27 }, (_, i) => (i - 12) * 60)
  const others = [-570, -210, 210, 270, 330, 345, 390, 525, 570, 630, 765]
  return [...new Set([...whole, ...others, present])].toSorted((a, b) => a - b)
}

/** Later by so much; earlier when negative. `1 hour 30 minutes earlier` */
export function shiftWords(minutes: number): string {
  const amount = Math.abs(minutes)
  const [days, hours, rest] = [Math.floor(amount / 1440), Math.floor((amount % 1440) / 60), amount % 60]
  const parts = [
    days > 0 ? `${days} ${days === 1 ? 'day' : 'days'}` : '',
    hours > 0 ? `${hours} ${hours === 1 ? 'hour' : 'hours'}` : '',
    rest > 0 ? `${rest} ${rest === 1 ? 'minute' : 'minutes'}` : '',
  ].filter((part) => part !== '')
  return `${parts.join(' ')} ${minutes < 0 ? 'earlier' : 'later'}`
}
