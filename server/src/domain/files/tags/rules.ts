import { TAG_LENGTH } from '@trove/contract/tags'

const CONTROL = /[\p{Cc}\u2028\u2029]/u
/** What leaves nothing to be seen. */
const INVISIBLE = /[\p{Cf}\p{Z}\p{M}]/gu

/** What is wrong with a name that `tagNameOf` refuses, and what would be right. */
export const TAG_NAME_RULE = `A tag has 1 to ${TAG_LENGTH} characters that can be seen, on one line.`

/** A name as it is kept, or undefined for what cannot be one. It is text and nothing else, whatever it looks like. */
export function tagNameOf(written: string): string | undefined {
  if (!written.isWellFormed() || CONTROL.test(written)) return undefined
  const name = written.normalize('NFC').trim()
  if (name.replace(INVISIBLE, '') === '' || [...name].length > TAG_LENGTH) return undefined
  return name
}

/** Whoever made a tag, owners and admins change it; guests none. */
export const mayChange = (
  who: { userId: string; role: string; scopes?: readonly string[] | undefined },
  madeBy: string,
): boolean =>
  (who.scopes === undefined || who.scopes.includes('write')) &&
  (who.role === 'owner' || who.role === 'admin' || (who.role === 'member' && who.userId === madeBy))
