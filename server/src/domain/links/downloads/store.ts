import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db/index.ts'
import { rightsSum } from '../../access/index.ts'
import { standing, uploaderId, type Standing } from '../../storage/index.ts'

export async function insertToken(
  tx: Tx,
  token: {
    id: string
    organizationId: string
    userId: string
    sessionId: string
    tokenHash: Buffer
    fileId: string | null
    zip: { fileIds: readonly string[]; rootId: string | null; hasSidecars: boolean; isBare: boolean } | null
    boundIp: string | null
    maxDownloads: number
    expiresAt: Date
  },
): Promise<void> {
  await tx
    .insertInto('download_token')
    .values({
      id: token.id,
      organization_id: token.organizationId,
      user_id: token.userId,
      session_id: token.sessionId,
      token_hash: token.tokenHash,
      file_id: token.fileId,
      zip_file_ids: token.zip === null ? null : [...token.zip.fileIds],
      zip_root_id: token.zip?.rootId ?? null,
      zip_has_sidecars: token.zip?.hasSidecars ?? false,
      zip_is_bare: token.zip?.isBare ?? false,
      bound_ip: token.boundIp,
      max_downloads: token.maxDownloads,
      expires_at: token.expiresAt,
    })
    .execute()
}

export type TokenRow = {
  id: string
  organizationId: string
  userId: string
  sessionId: string
  fileId: string | null
  zipFileIds: string[] | null
  zipRootId: string | null
  hasSidecars: boolean
  isBare: boolean
}

/** A token that is good from an address: not expired, and whoever asked for it is still signed in with what they asked by. */
export async function findToken(db: Db, tokenHash: Buffer, ip: string): Promise<TokenRow | undefined> {
  const { rows } = await sql<TokenRow>`
    select token.id, token.organization_id as "organizationId", token.user_id as "userId",
      token.session_id as "sessionId", token.file_id as "fileId", token.zip_file_ids as "zipFileIds",
      token.zip_root_id as "zipRootId", token.zip_has_sidecars as "hasSidecars",
      token.zip_is_bare as "isBare"
    from download_token as token
    join "user" as asker on asker.id = token.user_id and asker.suspended_at is null and asker.closed_at is null
    where token.token_hash = ${tokenHash} and token.expires_at > now()
      and (token.bound_ip is null or token.bound_ip = ${ip}::inet)
      and (exists (select from session where session.id = token.session_id and session.user_id = token.user_id
             and session.revoked_at is null and session.expires_at > now())
        or exists (select from api_key where api_key.id = token.session_id and api_key.user_id = token.user_id
             and api_key.revoked_at is null and (api_key.expires_at is null or api_key.expires_at > now())))
  `.execute(db)
  return rows[0]
}

export async function setUsed(tx: Tx, tokenId: string, ip: string): Promise<void> {
  await sql`
    update download_token set last_used_at = now(), last_used_ip = ${ip}::inet where id = ${tokenId}::uuid`.execute(tx)
}

export type DownloadableRow = {
  id: string
  name: string
  parentId: string | null
  mediaType: string
  objectKey: string
  sizeBytes: number
  sha256: Buffer
  versionAt: Date
  uploaderId: string | null
  blobId: string
  bareKey: string | null
  bareType: string | null
  bareBytes: number | null
  /** Why there can be no copy without metadata, where that has been tried. */
  withheld: string | null
  standing: Required<Standing>
}

const DOWNLOAD = 4
const owned = {
  id: sql.ref('file.id'),
  organizationId: sql.ref('file.organization_id'),
  createdBy: sql.ref('file.created_by'),
}

/** Of these files, or of all below a folder, those of the organization that a user may download; oldest first. */
export async function listDownloadable(
  db: Db,
  scope: { userId: string; organizationId: string },
  which: { fileIds: readonly string[] } | { folderId: string },
  limit: number,
): Promise<DownloadableRow[]> {
  const chosen =
    'fileIds' in which
      ? sql`file.id = any(${which.fileIds}::uuid[])`
      : sql`file.id in (
          with recursive below as (
            select id from resource where id = ${which.folderId}::uuid
            union all select resource.id from resource join below on resource.parent_id = below.id
          ) select id from below)`
  const { rows } = await sql<DownloadableRow>`
    select file.id, file.name, resource.parent_id as "parentId", version.media_type as "mediaType",
      blob.object_key as "objectKey", blob.size_bytes as "sizeBytes", blob.sha256, version.created_at as "versionAt",
      ${uploaderId} as "uploaderId", ${standing} as standing, blob.id as "blobId",
      bare_copy.object_key as "bareKey", bare_copy.media_type as "bareType", bare_copy.size_bytes as "bareBytes",
      bare_copy.withheld
    from file join resource on resource.id = file.id
    join version on version.id = file.current_version_id join blob on blob.id = version.blob_id
    left join bare_copy on bare_copy.blob_id = blob.id
    where ${chosen} and file.organization_id = ${scope.organizationId}::uuid and file.trashed_at is null
      and ${rightsSum(sql`${scope.userId}::uuid`, owned)} & ${DOWNLOAD} = ${DOWNLOAD}
    order by file.id limit ${limit}`.execute(db)
  return rows
}

/** A folder and all folders below it. */
export async function listFoldersBelow(
  db: Db,
  rootId: string,
): Promise<{ id: string; parentId: string | null; name: string }[]> {
  const { rows } = await sql<{ id: string; parentId: string | null; name: string }>`
    with recursive below as (
      select id, parent_id from resource where id = ${rootId}::uuid
      union all select resource.id, resource.parent_id from resource join below on resource.parent_id = below.id
        where resource.kind = 'folder'
    )
    select folder.id, below.parent_id as "parentId", folder.name from below join folder on folder.id = below.id
  `.execute(db)
  return rows
}
