import { createHash, randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import type { UserActor } from '../../src/platform/actor.ts'
import { newId } from '../../src/platform/ids.ts'
import { newObjectKey } from '../../src/platform/objects/index.ts'
import {
  makeEvent,
  makeFile,
  makeFolder,
  makeGrant,
  makeLink,
  makeMember,
  makeOrganization,
  makeTeam,
  makeUser,
} from '../make.ts'
import type { TestPlatform } from '../platform.ts'

/** In every name that is planted, and nowhere else: where it turns up, something was told. */
export const MARK = 'planted'
/** In the names of things that one needs a right to know of. */
export const DEEP_MARK = `${MARK}-deep`

/** In the names of what the whole organization may see, which guests are not a part of. */
export const OPEN_MARK = `${MARK}-open`

/** Ids by the names that paths and bodies give them. */
export type Ids = Readonly<Record<string, string>>

export type Planted = {
  t: TestPlatform
  app: FastifyInstance
  organizationId: string
  owner: UserActor
  admin: UserActor
  teamId: string
  /** What the requests are about: a file in a folder, and everything else that a path can name. */
  ids: Ids
}

/** An organization with one of everything, each of it under a name that can be recognised. */
export async function plant(t: TestPlatform, app: FastifyInstance): Promise<Planted> {
  const { platform } = t
  const [owner, admin, bystander] = await Promise.all([named(t), named(t), named(t)])
  const { id: organizationId } = await makeOrganization(platform, owner)
  await platform.db
    .updateTable('organization')
    .set({ name: `${MARK} organization`, description: `${MARK} words` })
    .where('id', '=', organizationId)
    .execute()
  await Promise.all([
    makeMember(platform, organizationId, admin, 'admin'),
    makeMember(platform, organizationId, bystander, 'member'),
    logo(t, organizationId),
    avatar(t, owner),
  ])
  const [{ id: teamId }, { fileId, folderId, eventId }] = await Promise.all([
    makeTeam(platform, { organizationId, maker: owner, members: [bystander], name: `${MARK} team ${newId()}` }),
    plantPlace(t, { organizationId, owner }),
  ])
  const [grant, eventGrant, link, others, blobId] = await Promise.all([
    makeGrant(platform, { organizationId, resourceId: fileId, to: { team: teamId }, rights: ['read'] }),
    makeGrant(platform, { organizationId, resourceId: eventId, to: { team: teamId }, rights: ['read'] }),
    makeLink(platform, { organizationId, maker: owner, resourceId: folderId }),
    plantOthers(t, { organizationId, owner }),
    plantInfected(t, { organizationId, owner }),
  ])
  const trimId = newId()
  const part = { start_ms: 0, length_ms: 1_000, event: JSON.stringify({ title: `${DEEP_MARK} trim`, text: '' }) }
  await platform.db
    .insertInto('trim')
    .values({ id: trimId, organization_id: organizationId, file_id: fileId, created_by: owner.userId, ...part })
    .execute()
  const ids = {
    trimId,
    organizationId,
    fileId,
    folderId,
    parentId: folderId,
    eventId,
    afterFileId: fileId,
    resourceId: fileId,
    teamId,
    userId: bystander.userId,
    ownerId: owner.userId,
    grantId: grant.id,
    eventGrantId: eventGrant.id,
    linkId: link.id,
    variant: 'thumbnail',
    side: '400',
    task: 'uploads.expire',
    step: 'text',
    token: randomBytes(32).toString('base64url'),
    sessionId: owner.sessionId,
    blobId,
    keptId: fileId,
    ...others,
  }
  return { t, app, organizationId, owner, admin, teamId, ids }
}

async function named(t: TestPlatform): Promise<UserActor> {
  const user = await makeUser(t.platform, { email: `${MARK}-${newId()}@example.org` })
  await t.platform.db
    .updateTable('user')
    .set({ name: `${MARK} person` })
    .where('id', '=', user.userId)
    .execute()
  return user
}

/** A file with bytes and a thumbnail, in a folder. */
export async function plantPlace(
  t: TestPlatform,
  { organizationId, owner, mark = DEEP_MARK }: { organizationId: string; owner: UserActor; mark?: string },
): Promise<{ fileId: string; folderId: string; eventId: string }> {
  const { platform } = t
  const maker = owner
  const { id: folderId } = await makeFolder(platform, { organizationId, maker, name: `${mark} folder` })
  const about = { organizationId, uploader: owner, name: `${mark} file.jpg`, folderId }
  const { id: fileId, versionId, blobId } = await makeFile(platform, about)
  const bytes = Buffer.from(`${mark} bytes`)
  const [originalKey, thumbnailKey] = [
    newObjectKey('photos', 'originals', 'jpg'),
    newObjectKey('photos', 'thumbnails', 'webp'),
  ]
  const sha256 = createHash('sha256').update(bytes).update(blobId).digest()
  const thumbnail = {
    name: 'thumbnail',
    mediaType: 'image/webp',
    widthPixels: 2,
    heightPixels: 1,
    sizeBytes: bytes.length,
  }
  const { db } = platform
  await Promise.all([
    platform.objects.put(originalKey, Readable.from([bytes]), { organizationId }),
    platform.objects.put(thumbnailKey, Readable.from([bytes]), { organizationId }),
    db
      .updateTable('blob')
      .set({ object_key: originalKey, size_bytes: bytes.length, sha256 })
      .where('id', '=', blobId)
      .execute(),
    db
      .updateTable('version')
      .set({ size_bytes: bytes.length, sha256, status: 'ready', variants: JSON.stringify([thumbnail]) })
      .where('id', '=', versionId)
      .execute(),
    db
      .insertInto('variant')
      .values({
        id: newId(),
        blob_id: blobId,
        name: 'thumbnail',
        media_type: 'image/webp',
        width_pixels: 2,
        height_pixels: 1,
        size_bytes: bytes.length,
        object_key: thumbnailKey,
      })
      .execute(),
  ])
  await plantProxy({ platform }, { organizationId, blobId, bytes })
  await plantBareCopy({ platform }, { organizationId, blobId, bytes })
  const title = `${mark} event`
  const eventId = await makeEvent(platform, { organizationId, author: owner, title, folderId, fileIds: [fileId] })
  return { fileId, folderId, eventId }
}

/** As if it were a video: what is played of it, in one fragment. */
async function plantProxy(
  { platform }: Pick<TestPlatform, 'platform'>,
  { organizationId, blobId, bytes }: { organizationId: string; blobId: string; bytes: Buffer },
): Promise<void> {
  const key = newObjectKey('videos', 'derived', 'mp4')
  const stream = { headBytes: 1, firstAt: 2, fragments: [[bytes.length - 2, 1000]] }
  await platform.objects.put(key, Readable.from([bytes]), { organizationId })
  await platform.db
    .insertInto('variant')
    .values({
      id: newId(),
      blob_id: blobId,
      name: 'proxy',
      media_type: 'video/mp4',
      width_pixels: 2,
      height_pixels: 2,
      size_bytes: bytes.length,
      object_key: key,
      facts: JSON.stringify({ stream }),
    })
    .execute()
}

/** As if its metadata had been taken out. */
async function plantBareCopy(
  { platform }: Pick<TestPlatform, 'platform'>,
  { organizationId, blobId, bytes }: { organizationId: string; blobId: string; bytes: Buffer },
): Promise<void> {
  const key = newObjectKey('photos', 'derived', 'jpg')
  await platform.objects.put(key, Readable.from([bytes]), { organizationId })
  await platform.db
    .insertInto('bare_copy')
    .values({ blob_id: blobId, object_key: key, media_type: 'image/jpeg', size_bytes: bytes.length })
    .execute()
}

/** A file in quarantine. */
async function plantInfected(
  { platform }: TestPlatform,
  { organizationId, owner }: { organizationId: string; owner: UserActor },
): Promise<string> {
  const about = { organizationId, uploader: owner, name: `${DEEP_MARK} infected.jpg` }
  const { blobId, versionId } = await makeFile(platform, about)
  const standing = { scan_status: 'infected', scan_signature: `${DEEP_MARK} signature` }
  await platform.db.updateTable('blob').set(standing).where('id', '=', blobId).execute()
  await platform.db
    .updateTable('version')
    .set({ status: 'infected', failure: 'It is infected.' })
    .where('id', '=', versionId)
    .execute()
  return blobId
}

const UPLOAD_BYTES = 10

/** What else a path can name. */
async function plantOthers(
  { platform: { db } }: TestPlatform,
  { organizationId, owner }: { organizationId: string; owner: UserActor },
) {
  const [invitationId, uploadSessionId, uploadId, apiKeyId, passkeyId, linkedSignInId] = Array.from(
    { length: 6 },
    newId,
  ) as [string, string, string, string, string, string]
  const [tagId, intoId, changeId] = [newId(), newId(), newId()]
  const soon = new Date(Date.now() + 3_600_000)
  const common = { organization_id: organizationId, expires_at: soon }
  const user_id = owner.userId
  const session = { id: uploadSessionId, organization_id: organizationId, created_by: user_id }
  await db.insertInto('upload_session').values(session).execute()
  const made = { organization_id: organizationId, created_by: user_id }
  await Promise.all([
    // The words of an organization are for its members.
    db
      .insertInto('tag')
      .values([tagId, intoId].map((id) => ({ ...made, id, name: `${OPEN_MARK} tag ${id}` })))
      .execute(),
    db
      .insertInto('file_change')
      .values({ ...made, id: changeId, change: JSON.stringify({ kind: 'tags' }) })
      .execute(),
    db
      .insertInto('invitation')
      .values({
        ...common,
        id: invitationId,
        email: `${MARK}-${invitationId}@example.org`,
        role: 'member',
        token_hash: randomBytes(32),
        invited_by: user_id,
      })
      .execute(),
    db
      .insertInto('upload')
      .values({
        ...common,
        id: uploadId,
        upload_session_id: uploadSessionId,
        created_by: user_id,
        filename: `${DEEP_MARK} upload.jpg`,
        metadata: '',
        length_bytes: UPLOAD_BYTES,
      })
      .execute(),
    db
      .updateTable('quota')
      .set({ reserved_bytes: UPLOAD_BYTES })
      .where('organization_id', '=', organizationId)
      .execute(),
    db
      .insertInto('api_key')
      .values({
        id: apiKeyId,
        user_id,
        name: `${DEEP_MARK} key`,
        token_hash: randomBytes(32),
        ending: 'abcd',
        scopes: ['read'],
      })
      .execute(),
    db
      .insertInto('passkey')
      .values({
        id: passkeyId,
        user_id,
        credential_id: passkeyId,
        public_key: randomBytes(32),
        sign_count: 0,
        name: `${DEEP_MARK} passkey`,
        is_synced: false,
      })
      .execute(),
    db
      .insertInto('linked_sign_in')
      .values({ id: linkedSignInId, user_id, issuer: 'https://example.org', subject: linkedSignInId })
      .execute(),
  ])
  return { invitationId, uploadSessionId, uploadId, apiKeyId, passkeyId, linkedSignInId, tagId, intoId, changeId }
}

async function logo({ platform: { db } }: TestPlatform, organizationId: string): Promise<void> {
  const image = Buffer.from(`${MARK} logo`)
  await db
    .insertInto('organization_logo')
    .values({ organization_id: organizationId, image, media_type: 'image/webp' })
    .execute()
}

async function avatar({ platform: { db } }: TestPlatform, { userId }: UserActor): Promise<void> {
  await db
    .insertInto('avatar')
    .values({ user_id: userId, bytes: Buffer.from(`${MARK} avatar`) })
    .execute()
  await db.updateTable('user').set({ avatar_version: 'a' }).where('id', '=', userId).execute()
}
