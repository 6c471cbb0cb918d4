import { isId } from '../../../platform/ids.ts'
import { Problem } from '../../../platform/problem.ts'

/** A place in a list by name: the name and, because names repeat, the id. As base64url, so that any name fits. */
export const nameCursor = ({ id, name }: { id: string; name: string }): string =>
  Buffer.from(`${id}${name.slice(0, MAX_NAME)}`).toString('base64url')

const ID_LENGTH = 36
/** Enough to tell names apart within the length that a cursor may have. */
const MAX_NAME = 255

/** @throws invalid-request  the cursor is none of ours */
export function parseNameCursor(cursor: string): { id: string; name: string } {
  const text = Buffer.from(cursor, 'base64url').toString()
  const id = text.slice(0, ID_LENGTH)
  if (!isId(id) || text.includes('\0'))
    throw new Problem('invalid-request', 'The cursor must be the `next` of a page before.')
  return { id, name: text.slice(ID_LENGTH) }
}
