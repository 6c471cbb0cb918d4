/** `4 May 2026, 12:30`, as a clock at the place showed it. */
export function whenAtPlace(happenedAt: string): string {
  const wall = happenedAt.replace(/(Z|[+-]\d\d:\d\d)$/, 'Z')
  return new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' }).format(
    new Date(wall),
  )
}
