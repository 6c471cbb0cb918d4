import { inTransaction, withoutWaiting } from '../../platform/db/index.ts'
import type { Watcher } from '../../platform/objects/watched.ts'
import type { Platform } from '../../platform/platform.ts'
import { findBlobOf } from './integrity/store.ts'
import { verifyBlobTask } from './integrity/tasks.ts'
import { recall } from './tiers/recalling.ts'
import { setFetched } from './tiers/store.ts'

const SUSPECTED_AGAIN_AFTER_MS = 10 * 60_000
const MOST_REMEMBERED = 50_000

type Machines = Pick<Platform, 'db' | 'jobs' | 'settings' | 'log'>

/**
 * What is written down of reading: the day on which an original was fetched, once a day and process for each; that a
 * cold one is wanted, so that it comes back; and that one could not be read, so that it is verified. Nobody waits for it,
 * and what is lost of it is noticed the next time.
 */
export function createNotices(platform: Machines): Watcher {
  let day = today()
  const fetched = new Set<string>()
  const suspectedAt = new Map<string, number>()
  const quietly = (work: Promise<void>) => {
    work.catch((err: unknown) => platform.log.debug({ err }, 'what was read could not be written down'))
  }

  return {
    onRead(key) {
      if (!key.includes('/originals/')) return
      if (day !== today() || fetched.size >= MOST_REMEMBERED) fetched.clear()
      day = today()
      if (fetched.has(key)) return
      fetched.add(key)
      quietly(noteFetched(platform, key))
    },
    onFault(key) {
      const before = suspectedAt.get(key)
      if (before !== undefined && Date.now() - before < SUSPECTED_AGAIN_AFTER_MS) return
      if (suspectedAt.size >= MOST_REMEMBERED) suspectedAt.clear()
      suspectedAt.set(key, Date.now())
      quietly(noteFault(platform, key))
    },
  }
}

const today = (): string => new Date().toISOString().slice(0, 10)

async function noteFetched(platform: Machines, key: string): Promise<void> {
  const kept = await inTransaction(platform.db, async (tx) => {
    await withoutWaiting(tx)
    return setFetched(tx, key)
  })
  if (kept?.tier === 'cold') await recall(platform, [kept.id])
}

async function noteFault({ db, jobs }: Machines, key: string): Promise<void> {
  const blobId = await findBlobOf(db, key)
  if (blobId !== undefined) await inTransaction(db, (tx) => jobs.enqueue(tx, verifyBlobTask, { blobId }))
}
