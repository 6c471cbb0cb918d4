import type { FileFilter, ProcessingState, Variant } from '@trove/contract/files'
import { sql } from 'kysely'
import type { Db, Tx } from '../../platform/db/index.ts'
import { holdsRights } from '../access/index.ts'

export type FileRow = Awaited<ReturnType<typeof listFiles>>[number]

/** Whose view of which organization. `isMember`: sees only what they uploaded, which an index of its own serves. */
export type Scope = { organizationId: string; userId: string; isMember: boolean }

const owned = { organizationId: sql.ref('file.organization_id'), createdBy: sql.ref('file.created_by') }

/** One page of the files a user may read, newest first. `after` is the id of the last row of the page before. */
export function listFiles(
  db: Db,
  scope: Scope,
  filter: FileFilter,
  page: { limit: number; after?: string | undefined },
) {
  return selectFile(db)
    .where(matches(scope, filter))
    .$if(page.after !== undefined, (q) => q.where('file.id', '<', page.after ?? ''))
    .orderBy('file.id', 'desc')
    .limit(page.limit)
    .execute()
}

export function getFile(db: Db, fileId: string) {
  return selectFile(db).where('file.id', '=', fileId).executeTakeFirst()
}

/** The same with the facts of the media itself; those are kept with the blob, so the same bytes tell the same. */
export function getFileWithFacts(db: Db, fileId: string) {
  return selectFile(db)
    .leftJoin('media', 'media.blob_id', 'version.blob_id')
    .select('media.facts')
    .where('file.id', '=', fileId)
    .executeTakeFirst()
}

/** Where the bytes of the current version are. */
export function getContent(db: Db, fileId: string) {
  return db
    .selectFrom('file')
    .innerJoin('version', 'version.id', 'file.current_version_id')
    .innerJoin('blob', 'blob.id', 'version.blob_id')
    .select([
      'file.name',
      'file.organization_id as organizationId',
      'file.trashed_at as trashedAt',
      'blob.object_key as objectKey',
      'blob.size_bytes as sizeBytes',
      'blob.sha256',
      'version.media_type as mediaType',
      'version.created_at as createdAt',
    ])
    .where('file.id', '=', fileId)
    .executeTakeFirst()
}

/** Every `stride`-th file's id in list order, and how many there are: one walk along the index of the list. */
export async function listAnchors(db: Db, scope: Scope, filter: FileFilter, stride: number) {
  const { rows } = await sql<{ id: string; place: number }>`
    with listed as (
      select file.id, row_number() over (order by file.id desc) as place, count(*) over () as total
      from file where ${matches(scope, filter)}
    )
    select id, place from listed where place % ${stride} = 0 or place = total order by place`.execute(db)
  return rows
}

export async function countByMonth(db: Db, scope: Scope, filter: FileFilter) {
  const { rows } = await sql<{ month: string; count: number }>`
    select to_char(month, 'YYYY-MM') as month, count from (
      select date_trunc('month', file.created_at at time zone 'utc') as month, count(*) as count
      from file where ${matches(scope, filter)} group by 1
    ) as months order by 1 desc`.execute(db)
  return rows
}

export async function insertFile(
  tx: Tx,
  file: { id: string; organizationId: string; createdBy: string; name: string; kind: string; versionId: string },
): Promise<void> {
  await tx
    .insertInto('file')
    .values({
      id: file.id,
      organization_id: file.organizationId,
      created_by: file.createdBy,
      name: file.name,
      kind: file.kind,
      current_version_id: file.versionId,
    })
    .execute()
}

/** The first version of a file, with what a listing needs copied from its blob. */
export async function insertVersion(
  tx: Tx,
  version: { id: string; fileId: string; number: number; blobId: string; createdBy: string },
): Promise<void> {
  await sql`
    insert into version (id, file_id, number, blob_id, created_by, media_type, size_bytes, sha256)
    select ${version.id}::uuid, ${version.fileId}::uuid, ${version.number}::int, blob.id, ${version.createdBy}::uuid,
           blob.media_type, blob.size_bytes, blob.sha256
    from blob where blob.id = ${version.blobId}`.execute(tx)
}

export async function setName(tx: Tx, fileId: string, name: string): Promise<void> {
  await tx.updateTable('file').set({ name }).where('id', '=', fileId).execute()
}

/** Of those asked for, the ones that were not in the trash already and that the user may change. */
export async function trash(tx: Tx, scope: Scope, which: Which, batchId: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    update file set trashed_at = now(), trash_batch_id = ${batchId}
    where ${isSelected(scope, which)} and file.trashed_at is null
    returning id`.execute(tx)
  return rows.map(({ id }) => id)
}

/** Of those asked for, the ones that were in the trash and that the user may change. */
export async function restore(tx: Tx, scope: Scope, which: Which): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    update file set trashed_at = null, trash_batch_id = null
    where ${isSelected(scope, which)} and file.trashed_at is not null
    returning id`.execute(tx)
  return rows.map(({ id }) => id)
}

export type Which =
  | { fileIds: readonly string[] }
  | { batchId: string }
  | { filter: FileFilter; exceptIds: readonly string[] }

/** A version with its file, locked; undefined when it is gone. */
export function lockVersion(tx: Tx, versionId: string) {
  return tx
    .selectFrom('version')
    .innerJoin('file', 'file.id', 'version.file_id')
    .select([
      'version.id as versionId',
      'version.status',
      'version.blob_id as blobId',
      'file.id as fileId',
      'file.organization_id as organizationId',
      'file.kind',
      'file.name',
    ])
    .where('version.id', '=', versionId)
    .forUpdate('version')
    .executeTakeFirst()
}

export async function setVersionStatus(
  tx: Tx,
  versionId: string,
  status: ProcessingState,
  failure: string | null,
): Promise<void> {
  await tx.updateTable('version').set({ status, failure }).where('id', '=', versionId).execute()
}

/** Copies what was made of the blob to the version, so that listings read no further. */
export async function copyMedia(tx: Tx, versionId: string): Promise<void> {
  await sql`
    update version set
      width_pixels = media.width_pixels, height_pixels = media.height_pixels, duration_ms = media.duration_ms,
      pages = media.pages, blur = media.blur,
      variants = coalesce((
        select jsonb_agg(jsonb_build_object('name', variant.name, 'mediaType', variant.media_type,
          'widthPixels', variant.width_pixels, 'heightPixels', variant.height_pixels, 'sizeBytes', variant.size_bytes))
        from variant where variant.blob_id = version.blob_id), '[]')
    from media where media.blob_id = version.blob_id and version.id = ${versionId}`.execute(tx)
}

/** Files whose time in the trash is over, locked; those another sweep holds are left to it. */
export function lockOverdue(tx: Tx, days: number, limit: number) {
  return tx
    .selectFrom('file')
    .select(['id', 'organization_id as organizationId'])
    .where('trashed_at', '<', sql<Date>`now() - make_interval(days => ${days})`)
    .orderBy('trashed_at')
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute()
}

/** Removes the rows of files for good. Returns the blobs that their versions pointed at. */
export async function deleteFiles(
  tx: Tx,
  fileIds: readonly string[],
): Promise<{ blobId: string; organizationId: string }[]> {
  const { rows } = await sql<{ blobId: string; organizationId: string }>`
    select distinct version.blob_id as "blobId", file.organization_id as "organizationId"
    from version join file on file.id = version.file_id where file.id = any(${fileIds}::uuid[])`.execute(tx)
  await sql`delete from file where id = any(${fileIds}::uuid[])`.execute(tx)
  return rows
}

function matches({ organizationId, userId, isMember }: Scope, { kind, name, trashed = false }: FileFilter) {
  const pattern = name === undefined ? undefined : `%${name.replace(/[\\%_]/g, '\\$&')}%`
  return sql<boolean>`
    file.organization_id = ${organizationId}
    and ${trashed ? sql`file.trashed_at is not null` : sql`file.trashed_at is null`}
    and ${holdsRights(userId, owned)}
    ${isMember ? sql`and file.created_by = ${userId}` : sql``}
    ${kind === undefined ? sql`` : sql`and file.kind = ${kind}`}
    ${pattern === undefined ? sql`` : sql`and file.name ilike ${pattern}`}`
}

function isSelected(scope: Scope, which: Which) {
  if ('filter' in which) {
    return sql<boolean>`${matches(scope, which.filter)} and file.id <> all(${which.exceptIds}::uuid[])`
  }
  const chosen =
    'batchId' in which ? sql`file.trash_batch_id = ${which.batchId}` : sql`file.id = any(${which.fileIds}::uuid[])`
  return sql<boolean>`${chosen} and file.organization_id = ${scope.organizationId} and ${holdsRights(scope.userId, owned)}`
}

function selectFile(db: Db) {
  return db
    .selectFrom('file')
    .innerJoin('version', 'version.id', 'file.current_version_id')
    .innerJoin('user', 'user.id', 'file.created_by')
    .select([
      'file.id',
      'file.organization_id as organizationId',
      'file.name',
      'file.kind',
      'file.created_at as createdAt',
      'file.trashed_at as trashedAt',
      'version.id as versionId',
      'version.status',
      'version.failure',
      'version.media_type as mediaType',
      'version.size_bytes as sizeBytes',
      'version.sha256',
      'version.width_pixels as widthPixels',
      'version.height_pixels as heightPixels',
      'version.duration_ms as durationMs',
      'version.pages',
      'version.blur',
      'version.variants',
      'user.id as createdById',
      'user.name as createdByName',
    ])
    .$narrowType<{ status: ProcessingState; variants: Variant[] }>()
}
