import type { Damage, File } from '@trove/contract/files'

const DAMAGES: Record<Damage, string> = {
  missing: 'Its stored bytes are missing.',
  changed: 'Its stored bytes are not the ones that were uploaded.',
  unreadable: 'Its stored bytes cannot be read.',
}

/** What is wrong with a file, and what mends it; undefined for one that is whole. */
export const damageSentence = ({ damage }: Pick<File, 'damage'>): string | undefined =>
  damage === undefined
    ? undefined
    : `${DAMAGES[damage]} Nobody can open the original. Uploading the same file again mends it; the administrators have been told.`

/** `about 20 s`. */
export const waitOf = (seconds: number): string =>
  seconds < 90 ? `about ${Math.max(1, seconds)} s` : `about ${Math.round(seconds / 60)} min`

export const coldSentence = (secondsLeft: number): string => `In cold storage; back in ${waitOf(secondsLeft)}.`

/** How long to wait before asking again, in milliseconds: what was told is a guess. */
export const askAgainMs = (secondsLeft: number): number => Math.min(10, Math.max(1, secondsLeft)) * 1000
