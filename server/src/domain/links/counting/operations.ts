import type { Actor } from '../../../platform/actor.ts'
import { inTransaction, withoutWaiting } from '../../../platform/db/index.ts'
import type { OnSent } from '../../../platform/http/bytes.ts'
import { newId } from '../../../platform/ids.ts'
import type { ByteRange } from '../../../platform/objects/index.ts'
import type { Platform } from '../../../platform/platform.ts'
import { Problem } from '../../../platform/problem.ts'
import * as audit from '../../audit/index.ts'
import { ALIVE_EVERY_MS, ALIVE_MS, MOST_SENT_TIMES, RESUME_MS } from './rules.ts'
import * as store from './store.ts'

export type { Counter } from './store.ts'

type Machines = Pick<Platform, 'db' | 'log'>

export type Delivered = {
  counter: store.Counter
  actor: Actor
  /** Of the bytes that are delivered: other bytes are another delivery. */
  etag: string
  sizeBytes: number
  /** What the trail says of it. One that has begun is told, whether it comes to its end or not. */
  subject: { organizationId: string; fileIds: readonly string[]; facts: Record<string, unknown> }
  actions: { begun: string; completed: string; refused: string }
}

/**
 * Begins to send some bytes of something whose downloads are counted: as a part of the visitor's delivery that is open
 * for it, else as the first part of a new one, if there is one left.
 *
 * A delivery is a download when all of its bytes have been handed over, whatever responses it took. What is not
 * completed is free again after a while.
 *
 * @throws download-limit  no other may be begun now
 * @throws not-found       what counts is gone
 */
export async function beginSending(platform: Machines, delivered: Delivered, range: ByteRange): Promise<OnSent> {
  const begun = await inTransaction(platform.db, async (tx) => {
    const { counter, etag, sizeBytes } = delivered
    const counted = await store.lockCounter(tx, counter)
    if (counted === undefined) throw new Problem('not-found', 'It is gone.')
    const joined = await store.findJoinable(tx, counter, { etag, range, mostSentTimes: MOST_SENT_TIMES })
    const deliveryId = joined ?? newId()
    if (joined === undefined) {
      const { downloads, maxDownloads } = counted
      if (maxDownloads !== null && downloads + (await store.countOpen(tx, counter)) >= maxDownloads) return undefined
      await store.insertDelivery(tx, counter, { id: deliveryId, etag, sizeBytes, lastsMs: RESUME_MS })
      const { fileIds, ...subject } = delivered.subject
      await audit.recordMany(tx, delivered.actor, delivered.actions.begun, fileIds, subject)
    }
    const id = newId()
    await store.insertPart(tx, { id, deliveryId, range, aliveMs: ALIVE_MS })
    return { id, deliveryId, range }
  })
  if (begun === undefined) return refuse(platform, delivered)
  const beat = setInterval(() => void keepAlive(platform, begun), ALIVE_EVERY_MS).unref()
  return async (handedBytes) => {
    clearInterval(beat)
    await endSending(platform, delivered, { ...begun, handedBytes })
  }
}

type Begun = { id: string; deliveryId: string; range: ByteRange }

/** The response has ended: nobody can be told of a fault any more, and what was begun is free again in a while. */
async function endSending(
  { db, log }: Machines,
  { counter, actor, subject, actions }: Delivered,
  part: Begun & { handedBytes: number },
): Promise<void> {
  const write = inTransaction(db, async (tx) => {
    await store.lockCounter(tx, counter)
    const isComplete =
      (await store.endPart(tx, { ...part, lastsMs: RESUME_MS })) ||
      (await store.completeTogether(tx, counter, { id: part.deliveryId, mostSentTimes: MOST_SENT_TIMES }))
    if (!isComplete) return
    await store.countDownload(tx, counter)
    await audit.record(tx, actor, actions.completed, subjectOf(subject))
  })
  await write.catch((err: unknown) => log.error({ err, deliveryId: part.deliveryId }, 'a download was not counted'))
}

async function keepAlive({ db, log }: Machines, { id, deliveryId }: Begun): Promise<void> {
  const write = inTransaction(db, async (tx) => {
    await withoutWaiting(tx)
    await store.keepAlive(tx, { id, deliveryId, aliveMs: ALIVE_MS, lastsMs: RESUME_MS })
  })
  await write.catch((err: unknown) => log.warn({ err, deliveryId }, 'a download could not say that it goes on'))
}

async function refuse({ db }: Machines, { actor, subject, actions }: Delivered): Promise<never> {
  const { facts, ...about } = subjectOf(subject)
  await inTransaction(db, (tx) =>
    audit.record(tx, actor, actions.refused, { ...about, facts: { ...facts, why: 'download-limit' } }),
  )
  throw new Problem(
    'download-limit',
    'Every download that this allows has been made, or has begun. One that was broken off is free again after an hour.',
  )
}

const subjectOf = ({ organizationId, fileIds, facts }: Delivered['subject']) => ({
  organizationId,
  ...(fileIds.length === 1 && fileIds[0] !== undefined && { resourceId: fileIds[0] }),
  facts: { ...facts, files: fileIds.length },
})
