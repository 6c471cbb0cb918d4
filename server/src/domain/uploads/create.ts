import type { UserActor } from '../../platform/actor.ts'
import { inTransaction, type Db, type Tx } from '../../platform/db/index.ts'
import { isId, newId } from '../../platform/ids.ts'
import { Problem } from '../../platform/problem.ts'
import * as access from '../access/index.ts'
import { FILE_NAME_RULE, isFileName, requireOpenFolder } from '../files/index.ts'
import * as media from '../media/index.ts'
import * as organizations from '../organizations/index.ts'
import * as storage from '../storage/index.ts'
import type { Desk } from './desk.ts'
import { originalKey } from './judge.ts'
import { announce } from './steps.ts'
import * as store from './store.ts'

const MAX_TYPE_CHARACTERS = 255

type Creation = { lengthBytes: number; metadata: { raw: string; values: ReadonlyMap<string, string> } }

/**
 * Begins an upload: what can be refused by its name, its size and the room there is, is refused here, before a byte.
 *
 * @throws invalid-request, not-found, wrong-state
 * @throws empty-file, too-large, quota-exceeded, type-not-allowed
 */
export async function createUpload(
  desk: Desk,
  actor: UserActor,
  creation: Creation,
): Promise<{ uploadId: string; expiresAt: Date }> {
  const { db, settings } = desk.platform
  const { lengthBytes } = creation
  const { filename, declaredType, organizationId, sessionId, folderId } = readCreation(creation.metadata.values)
  await requirePlace(db, actor, organizationId, folderId)
  if (lengthBytes === 0) throw new Problem('empty-file', 'A file of 0 bytes cannot be kept.')
  if (lengthBytes > settings.maxFileBytes) {
    throw new Problem('too-large', `A file may have at most ${settings.maxFileBytes} bytes.`, {
      maxFileBytes: settings.maxFileBytes,
    })
  }
  const allowedKinds = await organizations.getAllowedKinds(db, organizationId)
  const named = media.judgeType({ filename, declaredType, allowedKinds })

  const uploadId = newId()
  const expiresAt = await inTransaction(db, async (tx) => {
    const session = await joinSession(tx, desk, actor, { organizationId, sessionId, lengthBytes })
    const expiresAt = await store.insertUpload(tx, {
      id: uploadId,
      sessionId: session,
      organizationId,
      createdBy: actor.userId,
      filename,
      declaredType,
      folderId,
      metadata: creation.metadata.raw,
      lengthBytes,
      objectKey: originalKey(named),
      expiryMs: settings.uploadExpiryMs,
    })
    await announce(
      tx,
      { id: uploadId, sessionId: session, organizationId, createdBy: actor.userId, linkId: null },
      'pending',
    )
    // Last, because everybody who uploads to this organization waits for this row.
    await storage.reserve(tx, organizationId, lengthBytes)
    return expiresAt
  })
  return { uploadId, expiresAt }
}

/** @throws invalid-request */
function readCreation(values: ReadonlyMap<string, string>) {
  const wrong = (key: string, rule: string) =>
    new Problem('invalid-request', `${key} in Upload-Metadata: ${rule}`, { key })
  const filename = values.get('filename') ?? ''
  if (!isFileName(filename)) throw wrong('filename', FILE_NAME_RULE)
  const organizationId = values.get('organizationId')
  if (!isId(organizationId)) throw wrong('organizationId', 'must be the id of an organization.')
  const sessionId = values.get('uploadSessionId') || undefined
  if (sessionId !== undefined && !isId(sessionId))
    throw wrong('uploadSessionId', 'must be the id of an upload session.')
  const declaredType = values.get('filetype') || undefined
  if (
    declaredType !== undefined &&
    (declaredType.length > MAX_TYPE_CHARACTERS || !/^[\x20-\x7e]+$/.test(declaredType))
  ) {
    throw wrong('filetype', 'must be a media type, such as image/jpeg.')
  }
  const folderId = values.get('folderId') || undefined
  if (folderId !== undefined && !isId(folderId)) throw wrong('folderId', 'must be the id of a folder.')
  return { filename, organizationId, sessionId, declaredType, folderId }
}

/** Members may add to the top, and whoever may change a folder to that. @throws not-found, not-allowed */
async function requirePlace(
  db: Db,
  actor: UserActor,
  organizationId: string,
  folderId: string | undefined,
): Promise<void> {
  await access.requireMember(db, actor, organizationId, folderId === undefined ? 'member' : 'guest')
  if (folderId !== undefined) await requireOpenFolder(db, actor, { organizationId, folderId })
}

/** The session given, or one of its own. @throws not-found, wrong-state, too-large */
async function joinSession(
  tx: Tx,
  { platform }: Desk,
  actor: UserActor,
  about: { organizationId: string; sessionId: string | undefined; lengthBytes: number },
): Promise<string> {
  const { organizationId, lengthBytes, sessionId = newId() } = about
  if (about.sessionId === undefined) {
    const own = { id: sessionId, organizationId, createdBy: actor.userId, declaredFiles: 1, declaredBytes: lengthBytes }
    await store.insertSession(tx, own)
  } else {
    const session = await store.lockSession(tx, sessionId)
    const isOwn = session?.createdBy === actor.userId && session.organizationId === organizationId
    if (!isOwn) throw new Problem('not-found', `No upload session ${sessionId}.`)
    if (session.status !== 'active' && session.status !== 'paused') {
      throw new Problem('wrong-state', `The upload session is ${session.status}; nothing can be added to it.`, {
        from: session.status,
        to: 'active',
      })
    }
  }
  const { maxSessionBytes } = platform.settings
  if (!(await store.beginInSession(tx, sessionId, lengthBytes, maxSessionBytes))) {
    throw new Problem('too-large', `The uploads of one session may have at most ${maxSessionBytes} bytes together.`, {
      maxSessionBytes,
    })
  }
  return sessionId
}
