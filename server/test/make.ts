import type { Role } from '@trove/contract/access'
import { defaultKinds } from '@trove/contract/media-types'
import type { UserActor } from '../src/platform/actor.ts'
import { inTransaction } from '../src/platform/db/index.ts'
import { newId } from '../src/platform/ids.ts'
import type { Platform } from '../src/platform/platform.ts'
import { addFile } from '../src/domain/files/index.ts'
import { signAccessToken } from '../src/domain/identity/tokens.ts'

type Machines = Pick<Platform, 'db'>

const GIB = 1024 ** 3
const HOUR_MS = 3_600_000

/** An account with one session, as an actor. It has no password: it is signed in already. */
export async function makeUser(
  { db }: Machines,
  about: { isAdministrator?: boolean; email?: string } = {},
): Promise<UserActor> {
  const userId = newId()
  const sessionId = newId()
  const { isAdministrator = false, email = `${userId}@example.org` } = about
  await db
    .insertInto('user')
    .values({
      id: userId,
      email,
      name: `User ${userId.slice(-4)}`,
      password_hash: 'none',
      is_administrator: isAdministrator,
    })
    .execute()
  await db
    .insertInto('session')
    .values({ id: sessionId, user_id: userId, expires_at: new Date(Date.now() + HOUR_MS) })
    .execute()
  return { kind: 'user', userId, sessionId, isAdministrator, ip: '127.0.0.1' }
}

/** The header that makes a request this user's. */
export async function bearer({ keys }: Pick<Platform, 'keys'>, actor: UserActor): Promise<{ authorization: string }> {
  const { userId, sessionId } = actor
  return { authorization: `Bearer ${await signAccessToken(keys, { userId, sessionId, issuedAt: new Date() })}` }
}

export async function makeOrganization(
  { db }: Machines,
  owner: UserActor,
  about: { quotaBytes?: number } = {},
): Promise<{ id: string }> {
  const id = newId()
  await db
    .insertInto('organization')
    .values({ id, name: 'Organization', type: 'studio', allowed_kinds: [...defaultKinds], created_by: owner.userId })
    .execute()
  await db
    .insertInto('quota')
    .values({ organization_id: id, limit_bytes: about.quotaBytes ?? GIB })
    .execute()
  await makeMember({ db }, id, owner, 'owner')
  return { id }
}

export async function makeMember({ db }: Machines, organizationId: string, user: UserActor, role: Role): Promise<void> {
  await db
    .insertInto('organization_member')
    .values({ organization_id: organizationId, user_id: user.userId, role })
    .execute()
}

/** A file whose bytes are nowhere: for what concerns rows only. Its processing is pending. */
export async function makeFile(
  { db }: Machines,
  about: { organizationId: string; uploader: UserActor; name?: string; kind?: string },
): Promise<{ id: string; versionId: string; blobId: string }> {
  const { organizationId, uploader, name = 'photo.jpg', kind = 'image' } = about
  const blobId = newId()
  const sha256 = Buffer.from(blobId.replaceAll('-', '').padEnd(64, '0'), 'hex')
  await db
    .insertInto('blob')
    .values({
      id: blobId,
      organization_id: organizationId,
      sha256,
      size_bytes: 1,
      media_type: 'image/jpeg',
      object_key: `photos/${blobId}`,
    })
    .execute()
  const { fileId, versionId } = await inTransaction(db as Platform['db'], (tx) =>
    addFile(tx, { organizationId, createdBy: uploader.userId, name, kind, blobId }),
  )
  return { id: fileId, versionId, blobId }
}
