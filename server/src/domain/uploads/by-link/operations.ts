import type { Actor, LinkActor, UserActor } from '../../../platform/actor.ts'
import type { Db, Tx } from '../../../platform/db/index.ts'
import { createLimiter, type Limiter } from '../../../platform/http/limiter.ts'
import { newId } from '../../../platform/ids.ts'
import { Problem } from '../../../platform/problem.ts'
import type * as uploads from '../store.ts'
import { beginInSession, insertSession } from '../sessions/counting/store.ts'
import * as store from './store.ts'

/** Who may send bytes: a user, or whoever has opened a link that asks for files. */
export type Uploader = UserActor | LinkActor

const BEGUN_PER_MINUTE = 600
/** Begun by one link and not ended, all its visitors together: so much of a quota strangers can hold at most. */
const MOST_OPEN_UPLOADS = 200
const MOST_FILES_OF_VISIT = 5_000

/** How fast uploads may be begun by a link from one address. */
export const createLinkLimiter = (): Limiter => createLimiter(BEGUN_PER_MINUTE, 60, 'uploads begun by this link')

/**
 * Whether an upload was begun by whoever asks: a user's own, or in this visit by this link. What strangers send is its
 * maker's only when it is a file.
 */
export function isOwn(upload: Pick<uploads.UploadRow, 'createdBy' | 'linkId' | 'visitId'>, actor: Uploader): boolean {
  if (actor.kind === 'user') return upload.linkId === null && upload.createdBy === actor.userId
  return upload.linkId === actor.linkId && upload.visitId === actor.visitId
}

/**
 * Where a link lets strangers upload to, asked with every request: a link may be revoked while bytes arrive.
 *
 * @throws not-found  it takes nothing, or no longer
 */
export async function requireDestination(db: Db, linkId: string): Promise<store.Destination> {
  const destination = await store.getDestination(db, linkId)
  if (destination === undefined) throw new Problem('not-found', 'This link takes no files, or no longer.')
  return destination
}

/**
 * The same for an upload that has been begun: it still goes where it was begun for.
 *
 * @throws not-found
 */
export async function requireStillTaken(
  db: Db,
  upload: Pick<uploads.UploadRow, 'linkId' | 'folderId' | 'createdBy'>,
): Promise<void> {
  if (upload.linkId === null) return
  const { folderId, makerId } = await requireDestination(db, upload.linkId)
  if (upload.folderId !== folderId || upload.createdBy !== makerId)
    throw new Problem('not-found', 'This link takes no files, or no longer.')
}

/**
 * A step of creating an upload: the batch of this visit, with one more upload in it, as far as strangers may.
 *
 * @throws not-found, too-large, too-many-requests
 */
export async function joinVisit(
  tx: Tx,
  actor: LinkActor,
  about: {
    place: { organizationId: string; folderId: string | undefined; createdBy: string }
    lengthBytes: number
    maxSessionBytes: number
  },
): Promise<string> {
  const { linkId, visitId } = actor
  const { place, lengthBytes, maxSessionBytes } = about
  await store.lockLink(tx, linkId)
  await requireStillTaken(tx, { ...place, linkId, folderId: place.folderId ?? null })
  const open = await store.countOpen(tx, linkId)
  if (open.uploads >= MOST_OPEN_UPLOADS || (open.uploads > 0 && open.bytes + lengthBytes > maxSessionBytes)) {
    throw new Problem('too-many-requests', 'Too much is on its way by this link. Wait until some of it has arrived.', {
      retryAfterSeconds: 10,
    })
  }
  const found = await store.lockSessionOfVisit(tx, linkId, visitId)
  const sessionId = found?.id ?? newId()
  if (found === undefined) {
    const { organizationId, createdBy } = place
    const undeclared = { declaredFiles: undefined, declaredBytes: undefined }
    await insertSession(tx, { id: sessionId, organizationId, createdBy, byLink: actor, ...undeclared })
  }
  const isFull = (found?.begunFiles ?? 0) >= MOST_FILES_OF_VISIT
  if (isFull || !(await beginInSession(tx, sessionId, lengthBytes, maxSessionBytes))) {
    throw new Problem('too-large', 'No more can be sent in one visit. Open the link anew to send more.')
  }
  return sessionId
}

/** Strangers learn that there is no room, not how much there is. */
export function withoutFigures(error: unknown, actor: Actor): unknown {
  if (actor.kind !== 'link' || !(error instanceof Problem) || error.kind !== 'quota-exceeded') return error
  return new Problem('quota-exceeded', 'There is no room for this file. Tell whoever sent you the link.')
}

/** What the trail says of a file that strangers sent. */
export function factsOfSender({ linkId, visitId, sender }: Pick<uploads.UploadRow, 'linkId' | 'visitId' | 'sender'>) {
  return linkId === null ? {} : { linkId, visitId, ...(sender !== null && { sender }) }
}
