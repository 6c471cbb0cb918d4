import { getFileSize, type FileSizes, type SizedSide } from '@trove/contract/sizes'
import type { UserActor } from '../../../platform/actor.ts'
import type { Platform } from '../../../platform/platform.ts'
import { Problem } from '../../../platform/problem.ts'
import type { createDecisions } from '../../access/index.ts'
import * as storage from '../../storage/index.ts'
import { requireSized } from './making.ts'
import { expiryOf, sidesOf } from './rules.ts'
import { isSigned, signatureOf } from './signing.ts'
import * as store from './store.ts'

type Decisions = ReturnType<typeof createDecisions>

/**
 * Addresses of the sizes that a picture can be had in, for whoever asks and nobody else, for an hour or two. None of
 * what has no picture.
 *
 * @throws not-found
 */
export async function listFileSizes(
  platform: Pick<Platform, 'db' | 'keys'>,
  decisions: Decisions,
  actor: UserActor,
  fileId: string,
): Promise<FileSizes> {
  await decisions.require(actor, 'read', fileId)
  const picture = await existing(platform, fileId)
  const expiresAt = expiryOf(new Date())
  const isShown = picture.status === 'ready' && picture.damage === null
  const sizes = (isShown ? sidesOf(picture) : []).map((side) => {
    const handed = { userId: actor.userId, versionId: picture.versionId, side, expiresAt }
    const query = new URLSearchParams({
      expires: String(Math.floor(expiresAt.getTime() / 1000)),
      signature: signatureOf(platform.keys.sizedPicture, handed),
    })
    const path = getFileSize.path.replace(':fileId', fileId).replace(':side', String(side))
    return { side, path: `${path}?${query.toString()}` }
  })
  return { sizes, expiresAt: expiresAt.toISOString() }
}

type Asked = { fileId: string; side: SizedSide; expires: number; signature: string }

/**
 * The bytes of one such size, made when they are first asked for.
 *
 * @throws not-found, not-allowed  the address was handed out to somebody else or for other bytes, or not at all, or long ago
 * @throws infected, being-checked, held, not-ready
 */
export async function requireFileSize(
  platform: Platform,
  decisions: Decisions,
  actor: UserActor,
  { fileId, side, expires, signature }: Asked,
) {
  await decisions.require(actor, 'read', fileId)
  const picture = await existing(platform, fileId)
  const handed = { userId: actor.userId, versionId: picture.versionId, side, expiresAt: new Date(expires * 1000) }
  if (!isSigned(platform.keys.sizedPicture, handed, signature, new Date()))
    throw new Problem('not-allowed', 'This address was not handed out to you, or has expired. Ask for a new one.')
  if (!sidesOf(picture).includes(side)) throw new Problem('not-found', 'The picture is not that large.')
  const isUploader = picture.uploaderId === actor.userId
  // Nothing is made for anybody of bytes that they may not have anything of.
  await storage.requireDeliverable(platform, picture, { isUploader })
  const { organizationId: groupId, blobId } = picture
  const sized = await requireSized(platform, { blobId, side, groupId })
  const object = { objectKey: sized.objectKey, standing: picture.standing }
  return {
    ...sized,
    filename: picture.filename,
    key: await storage.requireDeliverable(platform, object, { isUploader }),
  }
}

async function existing({ db }: Pick<Platform, 'db'>, fileId: string) {
  const picture = await store.getPicture(db, fileId)
  if (picture === undefined) throw new Problem('not-found', `No file ${fileId}.`)
  return picture
}
