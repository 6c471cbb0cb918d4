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
import { lockParts, requireParts, takeParts } from './parts/joining.ts'
import type { Desk } from './desk.ts'
import { originalOf } from './judge.ts'
import type { Announced } from './protocol-creation.ts'
import { announce, changeStatus, lockOpen } from './steps.ts'
import { requireGoingOn } from './sessions/pausing.ts'
import { sessionNameOf } from './sessions/rules.ts'
import * as counting from './sessions/counting/store.ts'
import * as store from './store.ts'

const MAX_TYPE_CHARACTERS = 255

type Creation = {
  announced: Announced
  bodyBytes: number
  metadata: { raw: string; values: ReadonlyMap<string, string> }
}

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
): Promise<{ uploadId: string; expiresAt: Date; objectKey: string }> {
  const { db, settings, objects } = desk.platform
  const { announced } = creation
  const asked = readCreation(creation.metadata.values, announced.kind === 'partial')
  const { filename, declaredType } = asked
  const place = actor.kind === 'link' ? await placeOfLink(desk, actor, asked) : await requirePlace(db, actor, asked)
  const { organizationId } = place
  const parts = await partsFor(desk, actor, announced, organizationId)
  const lengthBytes = lengthOf(creation, parts)
  if (lengthBytes === 0) throw new Problem('empty-file', 'A file of 0 bytes cannot be kept.')
  const terms = await organizations.getUploadTerms(db, organizationId)
  const { allowedKinds } = terms
  const maxFileBytes = Math.min(settings.maxFileBytes, terms.maxFileBytes ?? Infinity)
  if (lengthBytes > maxFileBytes)
    throw new Problem('too-large', `A file may have at most ${maxFileBytes} bytes.`, { maxFileBytes })
  // A part says nothing of what the whole will be.
  const named = announced.kind === 'partial' ? PART : media.judgeType({ filename, declaredType, allowedKinds })
  const objectKey = objects.newKey({ ...originalOf(named), insteadOf: parts[0]?.objectKey ?? null })

  const uploadId = newId()
  const about = { ...creation, uploadId, asked, place, parts, lengthBytes, objectKey }
  const expiresAt = await inTransaction(db, (tx) => begin(tx, desk, actor, about)).catch((error: unknown) => {
    throw withoutFigures(error, actor)
  })
  return { uploadId, expiresAt, objectKey }
}

type Beginning = Creation & {
  uploadId: string
  asked: Asked
  place: Place
  parts: readonly store.UploadRow[]
  lengthBytes: number
  objectKey: string
}

/** @returns when it expires. */
async function begin(tx: Tx, desk: Desk, actor: Uploader, about: Beginning): Promise<Date> {
  const { announced, uploadId, asked, place, parts, lengthBytes } = about
  const { organizationId, createdBy, folderId } = place
  const { settings, objects } = desk.platform
  const { maxSessionBytes } = settings
  await lockParts(tx, parts)
  const sessionId =
    actor.kind === 'link'
      ? await joinVisit(tx, actor, { place, lengthBytes, maxSessionBytes })
      : await joinSession(tx, desk, actor, { ...about, organizationId })
  const [first] = parts
  const expiresAt = await store.insertUpload(tx, {
    ...asked,
    id: uploadId,
    sessionId,
    organizationId,
    createdBy,
    folderId,
    ...(actor.kind === 'link' ? { byLink: actor } : { sender: undefined }),
    metadata: about.metadata.raw,
    lengthBytes,
    isLengthDeferred: announced.kind !== 'final' && announced.lengthBytes === undefined,
    ...(announced.kind !== 'whole' && { concatenation: announced.kind }),
    ...(announced.kind === 'final' && { partsNamed: announced.named }),
    ...(first !== undefined && objects.staging.readsBack && { stagingId: first.id, offsetBytes: first.lengthBytes }),
    objectKey: about.objectKey,
    expiryMs: settings.uploadExpiryMs,
  })
  const linkId = actor.kind === 'link' ? actor.linkId : null
  await announce(tx, { id: uploadId, sessionId, organizationId, createdBy, linkId }, 'pending')
  if (announced.kind === 'final') {
    await takeParts(tx, { id: uploadId, sessionId }, parts)
    await changeStatus(tx, await lockOpen(tx, uploadId), 'checking')
    // What its parts have set aside is enough.
    return expiresAt
  }
  // Last, because everybody who uploads to this organization waits for this row.
  await storage.reserve(tx, organizationId, lengthBytes, uploadId)
  return expiresAt
}

/** What a part is kept as until it is joined. */
const PART = { kind: 'other', extension: 'bin' } as const
const PART_NAME = 'part'

/** The parts of a final upload. @throws invalid-request, not-found, wrong-state */
async function partsFor(
  desk: Desk,
  actor: Uploader,
  announced: Announced,
  organizationId: string,
): Promise<store.UploadRow[]> {
  const isPlain = announced.kind === 'whole' && announced.lengthBytes !== undefined
  if (isPlain) return []
  if (actor.kind === 'link')
    throw new Problem(
      'invalid-request',
      'By a link each file is sent as one upload, whose length is told when it begins.',
    )
  if (announced.kind !== 'final') return []
  return requireParts(desk.platform.db, actor, { organizationId, partIds: announced.partIds })
}

/** What is set aside at first: of a length that is told later only what comes with the creation, and one byte at least. */
function lengthOf({ announced, bodyBytes }: Creation, parts: readonly store.UploadRow[]): number {
  if (announced.kind === 'final') return parts.reduce((sum, part) => sum + part.lengthBytes, 0)
  return announced.lengthBytes ?? Math.max(1, bodyBytes)
}

/** The bytes that a session does not count already. */
function addedBytes(parts: readonly store.UploadRow[], sessionId: string, lengthBytes: number): number {
  return parts.reduce((rest, part) => (part.sessionId === sessionId ? rest - part.lengthBytes : rest), lengthBytes)
}

/** @throws invalid-request */
function readCreation(values: ReadonlyMap<string, string>, isPartial: boolean) {
  const wrong = (key: string, rule: string) =>
    new Problem('invalid-request', `${key} in Upload-Metadata: ${rule}`, { key })
  const filename = values.get('filename') ?? (isPartial ? PART_NAME : '')
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
  const sha256 = values.get('sha256')
  if (sha256 !== undefined && !/^[0-9a-f]{64}$/.test(sha256))
    throw wrong('sha256', 'must be a SHA-256 in 64 lower-case hexadecimal digits.')
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

/** The session given, that of the first part, or one of its own. @throws not-found, wrong-state, too-large */
async function joinSession(
  tx: Tx,
  { platform }: Desk,
  actor: UserActor,
  about: Beginning & { organizationId: string },
): Promise<string> {
  const { organizationId, lengthBytes, parts } = about
  const { filename } = about.asked
  const given = about.asked.sessionId ?? parts[0]?.sessionId
  const sessionId = given ?? newId()
  if (given === undefined) {
    const own = { id: sessionId, organizationId, createdBy: actor.userId, declaredFiles: 1, declaredBytes: lengthBytes }
    await counting.insertSession(tx, { ...own, name: sessionNameOf(filename) })
  } else {
    const session = await counting.lockSession(tx, sessionId)
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
  const count = about.announced.kind === 'partial' ? counting.growSession : counting.beginInSession
  if (!(await count(tx, sessionId, addedBytes(parts, sessionId, lengthBytes), maxSessionBytes))) {
    throw new Problem('too-large', `The uploads of one session may have at most ${maxSessionBytes} bytes together.`, {
      maxSessionBytes,
    })
  }
  return sessionId
}
