import { Id } from '@trove/contract/common'
import { Type } from 'typebox'
import { inTransaction } from '../../../platform/db/index.ts'
import { defineTask, type Report, type Tally } from '../../../platform/jobs/index.ts'
import { createPace } from '../../../platform/objects/pace.ts'
import type { Platform } from '../../../platform/platform.ts'
import { freeze, thaw, tidyMoves } from './moving.ts'
import * as store from './store.ts'

const HOUR_MS = 3_600_000
const AT_ONCE = 200

/** Originals that nobody has fetched for TIER_AFTER_DAYS go to the cold tier, at a bounded rate. */
const freezeUntouched = defineTask({
  name: 'storage.freeze',
  payload: Type.Object({}),
  maxAttempts: 3,
  timeoutMs: 8 * HOUR_MS,
  cron: '23 4 * * *',
  upkeep: {
    title: 'Cold storage',
    lead: 'Moves originals that nobody has fetched for a long time to the cold tier, where there is one.',
    async rehearse({ db, settings }) {
      if (settings.tiers === undefined) return []
      const { blobs, bytes } = await store.countUntouched(db, settings.tiers.afterDays)
      return [
        { what: 'originals to be moved', count: blobs },
        { what: 'in those', count: bytes, unit: 'bytes' },
      ]
    },
  },
  run: (platform, _payload, signal, report) => freezeAll(platform, signal, report),
})

/** Killed and begun again it goes on with what is left. */
async function freezeAll(platform: Platform, signal: AbortSignal, report?: Report): Promise<Tally> {
  const { db, settings } = platform
  if (settings.tiers === undefined || platform.layers.cold === undefined) return []
  const { afterDays, bytesPerSecond } = settings.tiers
  const tidied = await tidyMoves(platform)
  const pace = createPace(bytesPerSecond)
  let [moved, damaged, bytes] = [0, 0, 0]
  for (let after = ''; !signal.aborted;) {
    const ids = await store.listUntouched(db, afterDays, after, AT_ONCE)
    for (const id of ids) {
      if (signal.aborted) break
      const outcome = await freeze(platform, id, afterDays, { pace, signal, onBytes: (read) => void (bytes += read) })
      if (outcome === 'moved') moved += 1
      if (outcome === 'damaged') damaged += 1
      report?.(moved)
    }
    const last = ids.at(-1)
    if (last === undefined) break
    after = last
  }
  return [
    { what: 'originals moved', count: moved },
    { what: 'in those', count: bytes, unit: 'bytes' },
    { what: 'moves put in order that had been cut short', count: tidied },
    { what: 'originals left because they are damaged', count: damaged, isFault: true },
  ]
}

/** An original comes back because somebody wants it. */
export const recallBlob = defineTask({
  name: 'storage.recall',
  payload: Type.Object({ blobId: Id }),
  maxAttempts: 8,
  timeoutMs: 12 * HOUR_MS,
  isParallel: true,

  async run(platform, { blobId }, signal) {
    if (platform.layers.cold === undefined) throw new Error('there is no cold tier: is STORAGE_COLD_URL set?')
    await tidyMoves(platform)
    await inTransaction(platform.db, (tx) => store.beginRecall(tx, blobId))
    const outcome = await thaw(platform, blobId, { signal })
    if (outcome === 'not now' && (await store.getTierOf(platform.db, blobId)) === 'cold')
      throw new Error('it is on its way already')
    await inTransaction(platform.db, (tx) => store.endRecall(tx, blobId))
  },
  // It may be asked for again.
  exhausted: ({ db }, { blobId }) => inTransaction(db, (tx) => store.endRecall(tx, blobId)),
})

export const tierTasks = [freezeUntouched, recallBlob]
