/** How long a pass is good for; it is renewed while somebody is there. */
export const PASS_MS = 3_600_000
/** How long a visit can last in all. */
export const VISIT_MS = 24 * 3_600_000
/** How long a mailed code is good for, and how often it may be tried. */
export const CODE_MS = 15 * 60_000
export const CODE_TRIES = 5

/** When a pass that is given now ends: in an hour, with the visit or with the link, whichever is first. */
export function passEnds(now: Date, openedAt: Date, linkExpiresAt: Date | null): Date {
  const ends = [now.getTime() + PASS_MS, openedAt.getTime() + VISIT_MS]
  if (linkExpiresAt !== null) ends.push(linkExpiresAt.getTime())
  return new Date(Math.min(...ends))
}
