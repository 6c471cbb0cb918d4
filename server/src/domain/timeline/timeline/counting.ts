import type { TimelineFilter } from '@trove/contract/timeline'
import type { Db } from '../../../platform/db/index.ts'
import * as kept from './kept/store.ts'
import { daysOf, type Day } from './rules.ts'
import * as store from './store.ts'

/** So long a number is told again that was counted; what somebody may see changes it at once. */
const BELIEVED_MS = 5_000
/** What took long to count is believed for so many times as long: whoever looks is never counted for all the time. */
const BELIEVED_TIMES = 2
const MOST_REMEMBERED = 500

export type Counting = (db: Db, view: store.View) => Promise<Day[]>

/**
 * How many there are on each day, newest first. The numbers are kept, for those who see everything and, by folder and
 * uploader, for others; where a filter asks for more than a kind they are counted, and remembered for a moment together
 * with the grants that they were counted by.
 */
export function createCounting(): Counting {
  const known = new Map<string, { days: Promise<Day[]>; until: number }>()

  return async function countDays(db, view) {
    if (store.isPlain(view.filter)) return keptDays(db, view)
    const standing = view.scope.seesEverything ? 'everything' : await store.getStandingOf(db, view.scope)
    const key = JSON.stringify([view.scope, standing, sorted(view.filter)])
    const believed = known.get(key)
    if (believed !== undefined && believed.until > performance.now()) return believed.days
    if (known.size >= MOST_REMEMBERED) known.clear()
    const days = store.countDays(db, view)
    const counted = { days, until: Infinity } // whoever asks meanwhile waits for the same
    known.set(key, counted)
    const startedAt = performance.now()
    const believe = () => {
      const now = performance.now()
      counted.until = now + Math.max(BELIEVED_MS, BELIEVED_TIMES * (now - startedAt))
    }
    days.then(believe, () => known.delete(key)) // a database that was away is asked again
    return days
  }
}

async function keptDays(db: Db, { scope, filter }: store.View): Promise<Day[]> {
  if (scope.seesEverything) return kept.listDays(db, scope.organizationId, filter.kind)
  return daysOf(await kept.listPartsOfMember(db, scope, filter.kind))
}

const sorted = (filter: TimelineFilter) => Object.entries(filter).toSorted(([a], [b]) => (a < b ? -1 : 1))
