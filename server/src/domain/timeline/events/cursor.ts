import { isId } from '../../../platform/ids.ts'
import { isOnWall } from '../../../platform/instants.ts'
import { Problem } from '../../../platform/problem.ts'

const ID_LENGTH = 36
const LOCAL = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?$/

export type After = { localAt: string; id: string }

/** A place in the list of events: what the wall clock showed and, because that repeats, the id. */
export const eventCursor = ({ id, localAt }: After): string => Buffer.from(`${id}${localAt}`).toString('base64url')

/** @throws invalid-request  the cursor is none of ours */
export function parseEventCursor(cursor: string): After {
  const text = Buffer.from(cursor, 'base64url').toString()
  const [id, localAt] = [text.slice(0, ID_LENGTH), text.slice(ID_LENGTH)]
  if (!isId(id) || !LOCAL.test(localAt) || !isOnWall(localAt))
    throw new Problem('invalid-request', 'The cursor must be the `next` of a page before.')
  return { id, localAt }
}
