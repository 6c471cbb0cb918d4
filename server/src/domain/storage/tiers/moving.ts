import { inTransaction, type Db, type Tx } from '../../../platform/db/index.ts'
import * as events from '../../../platform/events.ts'
import type { Reading } from '../../../platform/objects/fingerprint.ts'
import type { ObjectStore } from '../../../platform/objects/index.ts'
import type { Platform } from '../../../platform/platform.ts'
import { copyObject } from '../migrate/copying.ts'
import { isPlainKey } from '../migrate/rules.ts'
import * as store from './store.ts'

/** A mover that is silent for five minutes is taken for dead. */
const HEARD_EVERY_MS = 60_000
const MOST_TOLD_FILES = 100

export type Machines = Pick<Platform, 'db' | 'layers'>
export type Moved = 'moved' | 'not now' | 'damaged'

/**
 * Moves the original of a blob to the cold tier: copy, read the copy back, let the row say so, remove it from the hot
 * one. Before anything is written the row says that it is on its way; killed at any line, `tidyMoves` finds it by that and
 * leaves one copy.
 */
export function freeze(machines: Machines, blobId: string, days: number, reading: Reading = {}): Promise<Moved> {
  return moveBetween(machines, blobId, reading, {
    tier: 'hot',
    of: ({ hot, cold }) => [hot, cold],
    settle: (tx, blob) => store.setCold(tx, blob, days),
  })
}

/** Brings the original of a blob back from the cold tier, in the same steps. */
export function thaw(machines: Machines, blobId: string, reading: Reading = {}): Promise<Moved> {
  return moveBetween(machines, blobId, reading, {
    tier: 'cold',
    of: ({ hot, cold }) => [cold, hot],
    settle: async (tx, blob) => {
      await store.setHot(tx, blob)
      return true
    },
  })
}

type Way = {
  tier: 'hot' | 'cold'
  of(layers: Platform['layers']): [from: ObjectStore | undefined, to: ObjectStore | undefined]
  settle(tx: Tx, blob: store.MovingBlob): Promise<boolean>
}

async function moveBetween({ db, layers }: Machines, blobId: string, reading: Reading, way: Way): Promise<Moved> {
  const [from, to] = way.of(layers)
  if (from === undefined || to === undefined) throw new Error('there is no cold tier: is STORAGE_COLD_URL set?')
  const blob = await inTransaction(db, (tx) => store.claim(tx, blobId, way.tier))
  if (blob === undefined) return 'not now'
  const { objectKey: key, organizationId, sha256, sizeBytes } = blob
  const heard = heartbeat(db, blobId)
  try {
    const plain = isPlainKey(key) ? { sha256, sizeBytes } : undefined
    const source = (await from.head(key)) === undefined && layers.old !== undefined ? layers.old : from
    const { outcome } = await copyObject(source, to, { key, owner: { organizationId }, plain }, reading)
    if (outcome !== 'copied') return outcome === 'gone' ? 'not now' : 'damaged'
    const isSettled = await inTransaction(db, async (tx) => {
      if (!(await way.settle(tx, blob))) return false
      await announce(tx, blobId)
      return true
    })
    // Whichever copy the row does not mean any more.
    for (const place of isSettled ? new Set([from, source]) : [to]) await place.delete([key])
    return isSettled ? 'moved' : 'not now'
  } finally {
    heard.stop()
    // While a signal or a fault cut the copying short nothing was settled; what was written is compared the next time.
    await inTransaction(db, (tx) => store.endMove(tx, blobId))
  }
}

function heartbeat(db: Db, blobId: string): { stop(): void } {
  const timer = setInterval(() => {
    inTransaction(db, (tx) => store.hearFromMover(tx, blobId)).catch(() => undefined)
  }, HEARD_EVERY_MS)
  timer.unref()
  return { stop: () => clearInterval(timer) }
}

/** Puts in order what movers have left that died: one copy, where the row says. Returns how many there were. */
export async function tidyMoves({ db, layers }: Machines, limit = 1_000): Promise<number> {
  const { hot, cold } = layers
  if (cold === undefined) return 0
  const stranded = await inTransaction(db, (tx) => store.claimStranded(tx, limit))
  for (const { id, objectKey: key, tier } of stranded) {
    const [meant, other] = tier === 'hot' ? [hot, cold] : [cold, hot]
    // The row is only changed when the copy has been read back, so what it means is there. Were it not, nothing is removed.
    if ((await meant.head(key)) !== undefined) await other.delete([key])
    await inTransaction(db, (tx) => store.endMove(tx, id))
  }
  return stranded.length
}

async function announce(tx: Tx, blobId: string): Promise<void> {
  for (const { id: fileId, organizationId } of await store.listFileIds(tx, blobId, MOST_TOLD_FILES))
    await events.publish(tx, { resourceId: fileId }, { type: 'file.tier-changed', organizationId, fileId })
}
