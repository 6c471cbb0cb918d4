import { Id } from '@trove/contract/common'
import { Type } from 'typebox'
import { setTimeout as delay } from 'node:timers/promises'
import { inTransaction } from '../../../platform/db/index.ts'
import { defineTask } from '../../../platform/jobs/index.ts'
import type { Platform } from '../../../platform/platform.ts'
import { Problem } from '../../../platform/problem.ts'
import * as storage from '../../storage/index.ts'
import { putVariants } from '../derived.ts'
import { withChild } from '../documents/making.ts'
import { rendererOf } from '../renderer.ts'
import { getBlob } from '../store.ts'
import * as store from './store.ts'

const MINUTE_MS = 60_000
/** A person waits so long for a picture that a worker makes; then they are told to ask again. */
const PATIENCE_MS = 8_000
const LOOK_EVERY_MS = 150
const ASK_AGAIN_SECONDS = 5
/** What has been asked for is not asked for again so soon. */
const ASKED_MS = 60_000
const MOST_REMEMBERED = 10_000

/** Makes a picture to measure. May be killed at any line and run again. */
export const makeSized = defineTask({
  name: 'media.make-sized',
  payload: Type.Object({ blobId: Id, side: Type.Integer({ minimum: 1 }) }),
  maxAttempts: 2,
  timeoutMs: 5 * MINUTE_MS,
  isParallel: true,
  run: (platform, { blobId, side }, signal) => makeOnce(platform, { blobId, side }, signal),
  // Whoever asks again is told again that it is not there.
  exhausted: () => Promise.resolve(),
})

type Wanted = { blobId: string; side: number }

async function makeOnce(platform: Platform, { blobId, side }: Wanted, signal: AbortSignal): Promise<void> {
  if ((await store.getSized(platform.db, blobId, side)) !== undefined) return
  const blob = await getBlob(platform.db, blobId)
  if (blob === undefined || !storage.isScanClear(platform.settings.scanning, blob.standing)) return
  const subject = { ...blob, blobId }
  const work = { signal, report: () => undefined }
  const { organizationId } = blob
  const leave = await rendererOf(platform).enter({ lane: 'urgent', organizationId }, signal)
  const making = await withChild(platform, { step: 'formats', subject, work }, (ask) =>
    ask({ options: { side } }),
  ).finally(leave)
  const [made] = making.ok ? making.variants : []
  if (made === undefined) return
  const [stored] = await putVariants(platform, subject, [made])
  if (stored === undefined) return
  const isFirst = await inTransaction(platform.db, (tx) => store.insertSized(tx, blobId, stored))
  if (!isFirst) await platform.objects.delete([stored.objectKey])
}

/**
 * A picture to measure; made when it is first asked for, once, whoever asks at the same moment.
 *
 * @throws not-ready  it is being made; with `retryAfterSeconds`
 */
export async function requireSized(platform: Platform, wanted: Wanted & { groupId: string }) {
  const { blobId, side } = wanted
  const before = await store.getSized(platform.db, blobId, side)
  if (before !== undefined) return before
  await askOnce(platform, wanted)
  for (const until = Date.now() + PATIENCE_MS; Date.now() < until;) {
    await delay(LOOK_EVERY_MS)
    const made = await store.getSized(platform.db, blobId, side)
    if (made !== undefined) return made
  }
  throw new Problem('not-ready', 'This size is being made. Try again in a few seconds.', {
    retryAfterSeconds: ASK_AGAIN_SECONDS,
  })
}

const askedAt = new Map<string, number>()

async function askOnce(
  { db, jobs }: Pick<Platform, 'db' | 'jobs'>,
  { blobId, side, groupId }: Wanted & { groupId: string },
): Promise<void> {
  const name = `${blobId} ${side}`
  if (Date.now() - (askedAt.get(name) ?? 0) < ASKED_MS) return
  if (askedAt.size > MOST_REMEMBERED) askedAt.clear()
  askedAt.set(name, Date.now())
  await inTransaction(db, (tx) => jobs.enqueue(tx, makeSized, { blobId, side }, { groupId })).catch(
    (error: unknown) => {
      askedAt.delete(name)
      throw error
    },
  )
}
