import type { Trim } from '@trove/contract/trims'
import type { UserActor } from '../../../../platform/actor.ts'
import { inTransaction, type Db } from '../../../../platform/db/index.ts'
import { newId } from '../../../../platform/ids.ts'
import type { Platform } from '../../../../platform/platform.ts'
import { Problem } from '../../../../platform/problem.ts'
import * as access from '../../../access/index.ts'
import * as audit from '../../../audit/index.ts'
import * as files from '../../../files/index.ts'
import { clipLimitOf } from '../../../organizations/index.ts'
import * as storage from '../../../storage/index.ts'
import { inWords, lengthOf } from '../rules.ts'
import { scopeOf } from '../steps.ts'
import * as store from './store.ts'
import { trimTask } from './task.ts'

const SECOND_MS = 1_000

type Asked = {
  organizationId: string
  fileId: string
  startMs: number
  lengthMs?: number
  title: string
  text?: string
  folderId?: string
}

/**
 * Asks for a part of a video as a file of its own, and a clip of that; a job cuts it out. The video stays as it is.
 *
 * @throws not-found, not-allowed, read-only
 * @throws type-not-allowed, not-ready  as `lengthOf` says
 * @throws clip-too-long    the part is longer than a clip may be
 * @throws invalid-request  it begins where the video is over
 * @throws infected, held, being-checked, damaged, being-fetched  the bytes cannot be had
 */
export async function trimToClip(platform: Platform, actor: UserActor, asked: Asked): Promise<Trim> {
  const { organizationId, fileId, folderId, startMs, title, text = '' } = asked
  const content = await files.requireContent(
    platform.db,
    { require: (...who) => access.require(platform.db, ...who) },
    actor,
    fileId,
  )
  await storage.requireDeliverable(platform, content, { isUploader: content.uploaderId === actor.userId })
  const trimId = newId()
  await inTransaction(platform.db, async (tx) => {
    await access.requireMember(tx, actor, organizationId, folderId === undefined ? 'member' : 'guest')
    await access.requireOpen(tx, organizationId)
    if (folderId !== undefined) await files.requireOpenFolder(tx, actor, { organizationId, folderId })
    const [video] = await files.requireUsable(tx, await scopeOf(tx, actor, organizationId), [fileId])
    if (video?.kind !== 'video')
      throw new Problem('type-not-allowed', 'A video clip shows one video; this file is none.')
    const durationMs = lengthOf(video)
    const lengthMs = requirePart({
      durationMs,
      startMs,
      lengthMs: asked.lengthMs,
      limitSeconds: await clipLimitOf(tx, organizationId),
    })
    const wanted = { title: title.trim(), text, ...(folderId !== undefined && { folderId }) }
    await store.insertTrim(tx, {
      id: trimId,
      organizationId,
      fileId,
      createdBy: actor.userId,
      startMs,
      lengthMs,
      wanted,
    })
    await platform.jobs.enqueue(tx, trimTask, { trimId }, { groupId: organizationId })
    await audit.record(tx, actor, 'file.trim-requested', {
      organizationId,
      resourceId: fileId,
      facts: { startMs, lengthMs },
    })
  })
  return getTrim(platform.db, actor, trimId)
}

function requirePart(asked: {
  durationMs: number
  startMs: number
  lengthMs: number | undefined
  limitSeconds: number
}): number {
  const { durationMs, startMs, limitSeconds } = asked
  if (startMs >= durationMs) {
    const detail = `The video is ${inWords(durationMs)} long: a part of it begins before that.`
    throw new Problem('invalid-request', detail, { errors: [{ pointer: '#/body/startMs', detail }] })
  }
  const limitMs = limitSeconds * SECOND_MS
  const lengthMs = Math.min(asked.lengthMs ?? limitMs, durationMs - startMs)
  if (lengthMs <= limitMs) return lengthMs
  throw new Problem(
    'clip-too-long',
    `The part is ${inWords(lengthMs)} long; a clip is at most ${inWords(limitMs)} here.`,
    {
      durationMs: lengthMs,
      limitSeconds,
    },
  )
}

/** For whoever asked for it. @throws not-found */
export async function getTrim(db: Db, actor: UserActor, trimId: string): Promise<Trim> {
  const row = await store.getTrim(db, trimId)
  if (row === undefined || row.createdBy !== actor.userId) throw new Problem('not-found', `No trim ${trimId}.`)
  await access.requireMember(db, actor, row.organizationId, 'guest')
  const { id, organizationId, status, progress, failure, resultFileId, resultEventId } = row
  return {
    ...{ id, organizationId, status, progress },
    ...(failure !== null && { failure }),
    ...(resultFileId !== null && { fileId: resultFileId }),
    ...(resultEventId !== null && { eventId: resultEventId }),
  }
}
