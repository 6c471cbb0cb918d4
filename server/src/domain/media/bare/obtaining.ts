import { setTimeout as delay } from 'node:timers/promises'
import { inTransaction } from '../../../platform/db/index.ts'
import type { Platform } from '../../../platform/platform.ts'
import { Problem } from '../../../platform/problem.ts'
import { makeBareCopy } from './operations.ts'
import { bareWayOf, CANNOT_BE_BARE } from './rules.ts'
import * as store from './store.ts'
import { makeBare } from './tasks.ts'

/** A person waits so long for a copy that a worker makes; then they are told to ask again. */
const PATIENCE_MS = 8_000
const LOOK_EVERY_MS = 250
const ASK_AGAIN_SECONDS = 5
/** A copy that has been asked for is not asked for again so soon. */
const ASKED_MS = 60_000
const MOST_REMEMBERED = 10_000
/** Jobs asked for in one transaction. */
const AT_ONCE = 200

type Wanted = { blobId: string; mediaType: string; groupId: string }
type Copy = Extract<store.BareCopy, { objectKey: string }>

/**
 * The copy of a blob without metadata. What is quickly made is made at once; for the rest a worker is asked.
 *
 * @throws withheld   there can be none
 * @throws not-ready  it is being made; with `retryAfterSeconds`
 */
export async function requireBareCopy(platform: Platform, wanted: Wanted): Promise<Copy> {
  const { blobId, mediaType } = wanted
  const way = bareWayOf(mediaType)
  if (way === undefined) throw new Problem('withheld', CANNOT_BE_BARE)
  const before = await find(platform, blobId)
  if (before !== undefined) return before
  if (way.by === 'pieces') await makeOnce(platform, blobId)
  else await requestBareCopies(platform, [wanted])
  for (const until = Date.now() + PATIENCE_MS; ; await delay(LOOK_EVERY_MS)) {
    const made = await find(platform, blobId)
    if (made !== undefined) return made
    if (Date.now() >= until) break
  }
  throw new Problem('not-ready', 'A copy without metadata is being made. Try again in a few seconds.', {
    retryAfterSeconds: ASK_AGAIN_SECONDS,
  })
}

async function find({ db }: Platform, blobId: string): Promise<Copy | undefined> {
  const copy = await store.getBareCopy(db, blobId)
  if (copy === undefined) return undefined
  if (copy.withheld !== null) throw new Problem('withheld', copy.withheld)
  return copy
}

const making = new Map<string, Promise<void>>()

/** Fifty who ask for the same picture at once have it made once. */
function makeOnce(platform: Platform, blobId: string): Promise<void> {
  const running = making.get(blobId)
  if (running !== undefined) return running
  const started = makeBareCopy(platform, blobId, new AbortController().signal).finally(() => making.delete(blobId))
  making.set(blobId, started)
  return started
}

const askedAt = new Map<string, number>()

/** Asks workers for copies that will be wanted soon, in transactions of its own. */
export async function requestBareCopies(
  platform: Pick<Platform, 'db' | 'jobs'>,
  wanted: readonly Wanted[],
): Promise<void> {
  const now = Date.now()
  const fresh = wanted.filter(({ blobId }) => now - (askedAt.get(blobId) ?? 0) > ASKED_MS)
  if (fresh.length === 0) return
  if (askedAt.size > MOST_REMEMBERED) askedAt.clear()
  for (let first = 0; first < fresh.length; first += AT_ONCE) {
    const some = fresh.slice(first, first + AT_ONCE)
    await inTransaction(platform.db, async (tx) => {
      for (const { blobId, groupId } of some) await platform.jobs.enqueue(tx, makeBare, { blobId }, { groupId })
    })
    for (const { blobId } of some) askedAt.set(blobId, now)
  }
}
