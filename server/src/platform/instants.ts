/** RFC 3339 as a clock at the place showed it: `2026-05-04T12:30:00.000+02:00`. */
export function instantWithOffset(instant: Date, offsetMinutes: number): string {
  const local = new Date(instant.getTime() + offsetMinutes * 60_000).toISOString().slice(0, -1)
  if (offsetMinutes === 0) return `${local}Z`
  const amount = Math.abs(offsetMinutes)
  const [hours, minutes] = [Math.floor(amount / 60), amount % 60].map((part) => String(part).padStart(2, '0'))
  return `${local}${offsetMinutes < 0 ? '-' : '+'}${hours}:${minutes}`
}

/** Whether a clock on the wall can show it, in a year that there is: `2026-05-04T12:30:00`, whatever follows the seconds. */
export function isOnWall(written: string): boolean {
  const local = written.slice(0, 19).replace(' ', 'T')
  const instant = new Date(`${local}Z`)
  return !local.startsWith('0000') && !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(local)
}
