import type { LinkActor, UserActor } from '../../platform/actor.ts'
import { inTransaction, type Db, type Tx } from '../../platform/db/index.ts'
import { isId, newId } from '../../platform/ids.ts'
import { Problem } from '../../platform/problem.ts'
import * as access from '../access/index.ts'
import { FILE_NAME_RULE, isFileName, requireOpenFolder } from '../files/index.ts'
import * as media from '../media/index.ts'
import * as organizations from '../organizations/index.ts'
import * as storage from '../storage/index.ts'
import { isSender, SENDER_RULE } from './by-link/rules.ts'
import { joinVisit, requireDestination, withoutFigures, type Uploader } from './by-link/operations.ts'
import type { Desk } from './desk.ts'
import { originalOf } from './judge.ts'
import { announce } from './steps.ts'
import { requireGoingOn } from './sessions/pausing.ts'
import { sessionNameOf } from './sessions/rules.ts'
import * as store from './store.ts'

const MAX_TYPE_CHARACTERS = 255

type Creation = { lengthBytes: number; metadata: { raw: string; values: ReadonlyMap<string, string> } }

/**
 * Begins an upload: what can be refused by its name, its size and the room there is, is refused here, before a byte.
 *
 * @throws invalid-request, not-found, wrong-state
 * @throws empty-file, too-large, quota-exceeded, type-not-allowed
 * @throws too-many-requests  by a link: too fast, or too much of it at once
 */
export async function createUpload(
  desk: Desk,
  actor: Uploader,
  creation: Creation,
): Promise<{ uploadId: string; expiresAt: Date }> {
  const { db, settings } = desk.platform
  const { lengthBytes } = creation
  const asked = readCreation(creation.metadata.values)
  const { filename, declaredType, sessionId } = asked
  const place = actor.kind === 'link' ? await placeOfLink(desk, actor, asked) : await requirePlace(db, actor, asked)
  const { organizationId, createdBy, folderId } = place
  if (lengthBytes === 0) throw new Problem('empty-file', 'A file of 0 bytes cannot be kept.')
  const terms = await organizations.getUploadTerms(db, organizationId)
  const { allowedKinds } = terms
  const maxFileBytes = Math.min(settings.maxFileBytes, terms.maxFileBytes ?? Infinity)
  if (lengthBytes > maxFileBytes)
    throw new Problem('too-large', `A file may have at most ${maxFileBytes} bytes.`, { maxFileBytes })
  const named = media.judgeType({ filename, declaredType, allowedKinds })

  const uploadId = newId()
  const expiresAt = await inTransaction(db, async (tx) => {
    const session =
      actor.kind === 'link'
        ? await joinVisit(tx, actor, { place, lengthBytes, maxSessionBytes: settings.maxSessionBytes })
        : await joinSession(tx, desk, actor, { organizationId, sessionId, lengthBytes, filename })
    const expiresAt = await store.insertUpload(tx, {
      id: uploadId,
      sessionId: session,
      organizationId,
      createdBy,
      filename,
      declaredType,
      folderId,
      ...(actor.kind === 'link' && { byLink: actor, sender: asked.sender }),
      metadata: creation.metadata.raw,
      lengthBytes,
      objectKey: desk.platform.objects.newKey(originalOf(named)),
      expiryMs: settings.uploadExpiryMs,
    })
    const linkId = actor.kind === 'link' ? actor.linkId : null
    await announce(tx, { id: uploadId, sessionId: session, organizationId, createdBy, linkId }, 'pending')
    // Last, because everybody who uploads to this organization waits for this row.
    await storage.reserve(tx, organizationId, lengthBytes, uploadId)
    return expiresAt
  }).catch((error: unknown) => {
    throw withoutFigures(error, actor)
  })
  return { uploadId, expiresAt }
}

/** @throws invalid-request */
function readCreation(values: ReadonlyMap<string, string>) {
  const wrong = (key: string, rule: string) =>
    new Problem('invalid-request', `${key} in Upload-Metadata: ${rule}`, { key })
  const filename = values.get('filename') ?? ''
  if (!isFileName(filename)) throw wrong('filename', FILE_NAME_RULE)
  const organizationId = values.get('organizationId') || undefined
  if (organizationId !== undefined && !isId(organizationId))
    throw wrong('organizationId', 'must be the id of an organization.')
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
  const sender = values.get('sender')?.trim() || undefined
  if (sender !== undefined && !isSender(sender)) throw wrong('sender', SENDER_RULE)
  return { filename, organizationId, sessionId, declaredType, folderId, sender }
}

type Asked = ReturnType<typeof readCreation>
/** Where an upload goes, and whose the file will be. */
type Place = { organizationId: string; folderId: string | undefined; createdBy: string }

/** Members may add to the top, and whoever may change a folder to that. @throws invalid-request, not-found, not-allowed */
async function requirePlace(db: Db, actor: UserActor, { organizationId, folderId }: Asked): Promise<Place> {
  if (organizationId === undefined) {
    const key = 'organizationId'
    throw new Problem('invalid-request', `${key} in Upload-Metadata: must be the id of an organization.`, { key })
  }
  await access.requireMember(db, actor, organizationId, folderId === undefined ? 'member' : 'guest')
  if (folderId !== undefined) await requireOpenFolder(db, actor, { organizationId, folderId })
  return { organizationId, folderId, createdBy: actor.userId }
}

/** The one folder of the link, whatever else was named. @throws not-found, too-many-requests */
async function placeOfLink({ platform, linkUploads }: Desk, actor: LinkActor, asked: Asked): Promise<Place> {
  await linkUploads.take(`${actor.linkId} ${actor.ip}`)
  const { organizationId, folderId, makerId } = await requireDestination(platform.db, actor.linkId)
  const isElsewhere =
    (asked.organizationId ?? organizationId) !== organizationId || (asked.folderId ?? folderId) !== folderId
  if (isElsewhere || asked.sessionId !== undefined)
    throw new Problem('not-found', 'This link takes files into its own folder, and in batches of its own.')
  return { organizationId, folderId, createdBy: makerId }
}

/** The session given, or one of its own. @throws not-found, wrong-state, too-large */
async function joinSession(
  tx: Tx,
  { platform }: Desk,
  actor: UserActor,
  about: { organizationId: string; sessionId: string | undefined; lengthBytes: number; filename: string },
): Promise<string> {
  const { organizationId, lengthBytes, filename, sessionId = newId() } = about
  if (about.sessionId === undefined) {
    const own = { id: sessionId, organizationId, createdBy: actor.userId, declaredFiles: 1, declaredBytes: lengthBytes }
    await store.insertSession(tx, { ...own, name: sessionNameOf(filename) })
  } else {
    const session = await store.lockSession(tx, sessionId)
    const isOwn =
      session?.createdBy === actor.userId && session.linkId === null && session.organizationId === organizationId
    if (!isOwn) throw new Problem('not-found', `No upload session ${sessionId}.`)
    if (session.status === 'paused') await requireGoingOn(tx, sessionId)
    if (session.status !== 'active') {
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
