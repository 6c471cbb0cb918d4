import { MOST_PEOPLE_COUNTED, type Unshared } from '@trove/contract/event-sharing'
import { formatCount } from '../lib/format.ts'
import { principalName } from '../lib/principal.ts'

const NAMED = 3

/** `3 people who see this event cannot see what you added.` */
export function peopleWords({ people }: Pick<Unshared, 'people'>, what: string): string {
  // Of a large group not everybody is asked about.
  if (people === 0) return `Not everybody who sees this event can see ${what}.`
  if (people === 1) return `1 person who sees this event cannot see ${what}.`
  return `${people === MOST_PEOPLE_COUNTED ? `${people} or more` : people} people who see this event cannot see ${what}.`
}

/** `2 pictures are not shared with everybody this event is shared with: Ann, Nurses and 2 more.` */
export function unsharedWords({ pictures, principals }: Unshared): string {
  const names = principals.slice(0, NAMED).map(principalName)
  const more = principals.length - names.length
  const last = more > 0 ? `${more} more` : names.length > 1 ? names.pop() : undefined
  const whom = last === undefined ? names.join(', ') : `${names.join(', ')} and ${last}`
  const isOne = pictures === 1
  return `${formatCount(pictures, 'picture')} ${isOne ? 'is' : 'are'} not shared with everybody this event is shared with: ${whom}.`
}
