import { timingSafeEqual } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { KnownBytes } from '@trove/contract/known-bytes'
import type { UserActor } from '../../../platform/actor.ts'
import type { Platform } from '../../../platform/platform.ts'
import { Problem } from '../../../platform/problem.ts'
import * as access from '../../access/index.ts'
import * as storage from '../../storage/index.ts'
import { createUpload } from '../create.ts'
import type { Desk } from '../desk.ts'
import { completeKnown } from '../finish.ts'
import { cancelUpload } from '../operations.ts'
import { openChallenge, sealChallenge } from './challenge.ts'
import { answerOf, chooseRanges } from './rules.ts'
import * as store from './store.ts'

/** Of those that the caller may download, so many are looked at for one whose bytes go out. */
const MOST_FILES = 10
/** Every answer takes at least so long, so that how long it took says nothing about what others have. */
const ANSWER_MS = 60

type Bytes = { organizationId: string; sha256: string; sizeBytes: number }

/**
 * Whether the caller can download these bytes in this organization already; if so, what to answer to show that they
 * have them, and not only their hash. Bytes that others have are unknown, exactly as those that nobody has.
 *
 * @throws not-found  the organization is none of the caller's
 */
export async function findKnownBytes(platform: Platform, actor: UserActor, bytes: Bytes): Promise<KnownBytes> {
  const until = performance.now() + ANSWER_MS
  await access.requireMember(platform.db, actor, bytes.organizationId, 'guest')
  const key = await findReadable(platform, actor, bytes)
  const known = key === undefined ? undefined : await newProof(platform, actor, bytes)
  await delay(Math.max(0, until - performance.now()))
  return known === undefined ? { isKnown: false } : { isKnown: true, proof: known }
}

type Claim = {
  organizationId: string
  challenge: string
  answer: string
  filename: string
  filetype?: string
  folderId?: string
  uploadSessionId?: string
}

/**
 * Adds a file of bytes that are there, in the way of an upload whose bytes have all come: the same rights, limits,
 * room, type and lists; only that nothing is sent.
 *
 * @throws not-found   the organization is none of the caller's
 * @throws wrong-code  the challenge is not genuine, not the caller's or too old, or the answer is not right
 * @throws not-found   the bytes can be downloaded no more: send them
 * @throws what creating an upload throws
 */
export async function addKnownBytes(
  desk: Desk,
  actor: UserActor,
  claim: Claim,
): Promise<{ uploadId: string; fileId: string }> {
  const { platform } = desk
  await access.requireMember(platform.db, actor, claim.organizationId, 'guest')
  const challenge = await openChallenge(platform.keys, claim.challenge)
  const isForThis = challenge?.userId === actor.userId && challenge.organizationId === claim.organizationId
  if (challenge === undefined || !isForThis) throw notProven('The question is none that was asked of you here lately.')
  // Whatever was true when it was asked, it is the present that counts.
  const objectKey = await findReadable(platform, actor, challenge)
  if (objectKey === undefined) throw gone()
  const right = await answer(platform, objectKey, challenge)
  if (!timingSafeEqual(Buffer.from(right, 'hex'), Buffer.from(claim.answer, 'hex')))
    throw notProven('The answer is not that of somebody who has the bytes.')

  const { sizeBytes, sha256 } = challenge
  const { uploadId } = await createUpload(desk, actor, {
    announced: { kind: 'whole', lengthBytes: sizeBytes },
    bodyBytes: 0,
    metadata: metadataOf(claim),
  })
  const done = await completeKnown(desk, uploadId, { actor, sha256: Buffer.from(sha256, 'hex'), objectKey })
  if (done !== undefined) return { uploadId, ...done }
  await cancelUpload(desk, actor, uploadId)
  throw gone()
}

/** The object of these bytes, when it is that of a file which the caller may download now. */
async function findReadable(platform: Platform, actor: UserActor, bytes: Bytes): Promise<string | undefined> {
  // An API key holds of its user's rights those that it was given.
  if (!access.narrow(actor, ['download']).includes('download')) return undefined
  const { organizationId, sizeBytes } = bytes
  const { userId } = actor
  const about = { organizationId, sizeBytes, userId, sha256: Buffer.from(bytes.sha256, 'hex') }
  for (const file of await store.listFilesOfBytes(platform.db, about, MOST_FILES)) {
    if (storage.isAway(platform, file)) return undefined
    const key = storage.deliverableKey(platform, file, { isUploader: file.uploaderId === userId })
    if (key !== undefined) return key
  }
  return undefined
}

async function newProof({ keys }: Platform, { userId }: UserActor, bytes: Bytes): Promise<KnownBytes['proof']> {
  const { organizationId, sha256, sizeBytes } = bytes
  const chosen = chooseRanges(sizeBytes)
  const { token, expiresAt } = await sealChallenge(keys, { userId, organizationId, sha256, sizeBytes, ...chosen })
  return { challenge: token, ...chosen, expiresAt: expiresAt.toISOString() }
}

async function answer(
  { objects }: Pick<Platform, 'objects'>,
  key: string,
  { nonce, ranges }: { nonce: string; ranges: readonly { first: number; last: number }[] },
): Promise<string> {
  const parts: Buffer[] = []
  for (const range of ranges) parts.push(Buffer.concat((await (await objects.get(key, range)).toArray()) as Buffer[]))
  return answerOf(nonce, parts)
}

/** As tus would have said it. */
function metadataOf({ organizationId, filename, filetype, folderId, uploadSessionId }: Claim) {
  const said = { organizationId, filename, filetype, folderId, uploadSessionId }
  const values = new Map(Object.entries(said).filter((pair): pair is [string, string] => pair[1] !== undefined))
  const raw = [...values].map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`).join(',')
  return { raw, values }
}

const notProven = (why: string) => new Problem('wrong-code', `${why} Send the file.`)
const gone = () => new Problem('not-found', 'These bytes are not known here any more. Send the file.')
