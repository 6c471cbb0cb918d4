import { createHash, randomBytes } from 'node:crypto'
import { rights as allRights, type Right, type Role, type Scope } from '@trove/contract/access'
import { defaultKinds } from '@trove/contract/media-types'
import { sql } from 'kysely'
import type { UserActor } from '../src/platform/actor.ts'
import { inTransaction } from '../src/platform/db/index.ts'
import { newId } from '../src/platform/ids.ts'
import type { Platform } from '../src/platform/platform.ts'
import { addFile } from '../src/domain/files/index.ts'
import { addEvent } from '../src/domain/timeline/events/steps.ts'
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
  about: { organizationId: string; uploader: UserActor; name?: string; kind?: string; folderId?: string },
): Promise<{ id: string; versionId: string; blobId: string }> {
  const { organizationId, uploader, name = 'photo.jpg', kind = 'image', folderId } = about
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
  if (folderId !== undefined) await putInto(db, fileId, folderId)
  return { id: fileId, versionId, blobId }
}

/** A folder, at the top or in another. Whoever made it holds everything on it, as with what is uploaded. */
export async function makeFolder(
  { db }: Machines,
  about: { organizationId: string; maker: UserActor; name?: string; parentId?: string },
): Promise<{ id: string }> {
  const { organizationId, maker, name = 'Folder', parentId } = about
  const id = newId()
  const common = { id, organization_id: organizationId, created_by: maker.userId }
  await db
    .insertInto('resource')
    .values({ ...common, kind: 'folder' })
    .execute()
  await db
    .insertInto('folder')
    .values({ ...common, name })
    .execute()
  if (parentId !== undefined) await putInto(db, id, parentId)
  return { id }
}

/** Only for what holds nothing yet. */
async function putInto(db: Machines['db'], resourceId: string, parentId: string): Promise<void> {
  await db.updateTable('resource').set({ parent_id: parentId }).where('id', '=', resourceId).execute()
  await sql`
    insert into reach (organization_id, resource_id, principal_id, grant_id)
    select organization_id, ${resourceId}::uuid, principal_id, grant_id from reach where resource_id = ${parentId}::uuid
    on conflict do nothing`.execute(db)
}

/** An event that shows files in their order; a series unless said. */
export async function makeEvent(
  { db }: Machines,
  about: {
    organizationId: string
    author: UserActor
    fileIds?: readonly string[]
    kind?: 'photo' | 'series' | 'clip'
    title?: string
    folderId?: string
  },
): Promise<string> {
  const { organizationId, author, fileIds = [], kind = 'series', title = 'Event', folderId } = about
  return inTransaction(db as Platform['db'], (tx) =>
    addEvent(tx, author, { organizationId, createdBy: author.userId, kind, title, folderId, fileIds }),
  )
}

export async function makeTeam(
  { db }: Machines,
  about: { organizationId: string; maker: UserActor; members?: readonly UserActor[]; name?: string },
): Promise<{ id: string }> {
  const { organizationId, maker, members = [] } = about
  const id = newId()
  const { name = `Team ${id.slice(-6)}` } = about
  await db.insertInto('team').values({ id, organization_id: organizationId, name, created_by: maker.userId }).execute()
  for (const { userId } of members)
    await db
      .insertInto('team_member')
      .values({ team_id: id, organization_id: organizationId, user_id: userId })
      .execute()
  return { id }
}

/** How a right is kept: migration 0011 says the same. */
const BITS: Record<Right, number> = { read: 1, comment: 2, download: 4, write: 8, share: 16 }

/** A grant as somebody gave it once; `expiresAt` may lie in the past. */
export async function makeGrant(
  { db }: Machines,
  about: {
    organizationId: string
    resourceId: string
    to: { user: string } | { team: string } | { organization: string } | { link: string }
    rights?: readonly Right[]
    expiresAt?: Date
  },
): Promise<{ id: string }> {
  const { organizationId, resourceId, to, rights = allRights, expiresAt = null } = about
  const id = newId()
  await db
    .insertInto('grant')
    .values({
      id,
      organization_id: organizationId,
      resource_id: resourceId,
      ...('user' in to && { user_id: to.user }),
      ...('team' in to && { team_id: to.team }),
      ...('organization' in to && { to_organization_id: to.organization }),
      ...('link' in to && { link_id: to.link }),
      rights: rights.reduce((sum, right) => sum | BITS[right], BITS.read),
      expires_at: expiresAt,
    })
    .execute()
  await sql`
    with recursive below as (
      select id from resource where id = ${resourceId}::uuid
      union all
      select resource.id from resource join below on resource.parent_id = below.id
    )
    insert into reach (organization_id, resource_id, principal_id, grant_id, is_direct)
    select ${organizationId}::uuid, below.id, held.principal_id, held.id, below.id = held.resource_id
    from below cross join "grant" as held where held.id = ${id}::uuid`.execute(db)
  return { id }
}

/** A link to a file or folder. What it gives is its grant; the token is what its address carries. */
export async function makeLink(
  machines: Machines,
  about: {
    organizationId: string
    maker: UserActor
    resourceId: string
    rights?: readonly Right[]
    allowsUpload?: boolean
    maxDownloads?: number
    expiresAt?: Date
    revokedAt?: Date
  },
): Promise<{ id: string; token: string }> {
  const { organizationId, maker, resourceId, rights = ['read', 'download'] } = about
  const id = newId()
  const token = randomBytes(32).toString('base64url')
  await machines.db
    .insertInto('link')
    .values({
      id,
      organization_id: organizationId,
      created_by: maker.userId,
      resource_id: resourceId,
      token_hash: createHash('sha256').update(token).digest(),
      allows_upload: about.allowsUpload ?? false,
      max_downloads: about.maxDownloads ?? null,
      expires_at: about.expiresAt ?? null,
      revoked_at: about.revokedAt ?? null,
    })
    .execute()
  await makeGrant(machines, { organizationId, resourceId, to: { link: id }, rights })
  return { id, token }
}

/** An API key of a user, as the header that comes with it. */
export async function makeKey(
  { db }: Machines,
  user: UserActor,
  scopes: readonly Scope[],
): Promise<{ id: string; authorization: string }> {
  const id = newId()
  const token = `trove_${randomBytes(32).toString('base64url')}`
  await db
    .insertInto('api_key')
    .values({
      id,
      user_id: user.userId,
      name: 'Key',
      token_hash: createHash('sha256').update(token).digest(),
      ending: token.slice(-4),
      scopes: [...scopes],
    })
    .execute()
  return { id, authorization: `Bearer ${token}` }
}
