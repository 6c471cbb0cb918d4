import type { Damage, HappenedFrom, ProcessingState, Variant } from '@trove/contract/files'
import type { TagRef } from '@trove/contract/tags'
import { sql } from 'kysely'
import type { Db, Tx } from '../../platform/db/index.ts'
import { standing, uploaderId } from '../storage/index.ts'

export type FileRow = NonNullable<Awaited<ReturnType<typeof getFile>>>

export function getFile(db: Db, fileId: string) {
  return selectFile(db)
    .innerJoin('resource', 'resource.id', 'file.id')
    .select('resource.parent_id as folderId')
    .where('file.id', '=', fileId)
    .executeTakeFirst()
}

/** The same with the facts of the media itself; those are kept with the blob, so the same bytes tell the same. */
export function getFileWithFacts(db: Db, fileId: string) {
  return selectFile(db)
    .innerJoin('resource', 'resource.id', 'file.id')
    .leftJoin('media', 'media.blob_id', 'version.blob_id')
    .innerJoin('blob', 'blob.id', 'version.blob_id')
    .select(['media.facts', 'resource.parent_id as folderId'])
    .select(['file.description', 'file.latitude', 'file.longitude'])
    .select(['blob.scan_status as everScan', 'blob.scan_reason as everReason', 'blob.scan_signature as everSignature'])
    .select(['blob.scan_engine as scanEngine', 'blob.scanned_at as scannedAt'])
    .where('file.id', '=', fileId)
    .executeTakeFirst()
}

const MOST_PAIRS = 5

/** Files of the other kind in the same folder that a camera made at the same moment, the oldest first. */
export async function listLivePairs(
  db: Db,
  half: { id: string; organizationId: string; folderId: string | null; kind: string },
  contentId: string,
): Promise<{ id: string; name: string }[]> {
  const { rows } = await sql<{ id: string; name: string }>`
    select file.id, file.name
    from media join version on version.blob_id = media.blob_id
      join file on file.current_version_id = version.id
      join resource on resource.id = file.id
    where media.facts ->> 'contentId' = ${contentId} and file.organization_id = ${half.organizationId}::uuid
      and file.kind in ('image', 'video') and file.kind <> ${half.kind} and file.trashed_at is null
      and resource.parent_id is not distinct from ${half.folderId}::uuid
    order by file.id limit ${MOST_PAIRS}`.execute(db)
  return rows
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
      uploaderId.as('uploaderId'),
      standing.as('standing'),
    ])
    .where('file.id', '=', fileId)
    .executeTakeFirst()
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
  version: { id: string; fileId: string; number: number; blobId: string; createdBy: string; isFromLink: boolean },
): Promise<void> {
  await sql`
    insert into version (id, file_id, number, blob_id, created_by, is_from_link, media_type,
                         size_bytes, sha256, damage, tier)
    select ${version.id}::uuid, ${version.fileId}::uuid, ${version.number}::int, blob.id, ${version.createdBy}::uuid,
           ${version.isFromLink}::boolean,
           blob.media_type, blob.size_bytes, blob.sha256, blob.damage, blob.tier
    from blob where blob.id = ${version.blobId}`.execute(tx)
}

export async function setName(tx: Tx, fileId: string, name: string): Promise<void> {
  await tx.updateTable('file').set({ name }).where('id', '=', fileId).execute()
}

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

/** Every version of these bytes, locked in the order of their ids. */
export function lockVersionsOf(tx: Tx, blobId: string) {
  return tx
    .selectFrom('version')
    .innerJoin('file', 'file.id', 'version.file_id')
    .select([
      'version.id as versionId',
      'version.status',
      'version.blob_id as blobId',
      'version.created_by as uploaderId',
      'file.id as fileId',
      'file.organization_id as organizationId',
      'file.kind',
      'file.name',
    ])
    .where('version.blob_id', '=', blobId)
    .orderBy('version.id')
    .forUpdate('version')
    .execute()
}

/** What was made of the bytes is not told of them either: it would show them. */
export async function setInfected(tx: Tx, blobId: string, failure: string): Promise<void> {
  await tx
    .updateTable('version')
    .set({
      status: 'infected',
      failure,
      variants: '[]',
      blur: null,
      width_pixels: null,
      height_pixels: null,
      duration_ms: null,
      pages: null,
    })
    .where('blob_id', '=', blobId)
    .execute()
  await sql`
    update file set camera = null, latitude = null, longitude = null
    from version where version.id = file.current_version_id and version.blob_id = ${blobId}::uuid`.execute(tx)
}

/** Copies what was made of the blob to versions, so that listings read no further. */
export async function copyMedia(tx: Tx, versionIds: readonly string[]): Promise<void> {
  await sql`
    update version set
      width_pixels = media.width_pixels, height_pixels = media.height_pixels, duration_ms = media.duration_ms,
      pages = media.pages, blur = media.blur,
      variants = coalesce((
        select jsonb_agg(jsonb_strip_nulls(jsonb_build_object('name', variant.name, 'mediaType', variant.media_type,
          'widthPixels', variant.width_pixels, 'heightPixels', variant.height_pixels, 'sizeBytes', variant.size_bytes,
          'grid', variant.facts -> 'grid'))
          -- Where there are several formats, the one that there always is stands first.
          order by variant.media_type <> 'image/webp', variant.media_type)
        from variant
        where variant.blob_id = version.blob_id and variant.name not in ('page', 'sized')), '[]')
    from media where media.blob_id = version.blob_id and version.id = any(${versionIds}::uuid[])`.execute(tx)
}

/**
 * Files whose time in the trash is over and that nothing uses, locked after their versions; those that somebody else
 * holds just then are left to them.
 */
export async function lockOverdue(
  tx: Tx,
  days: number,
  limit: number,
): Promise<{ id: string; organizationId: string }[]> {
  const isOverdue = sql<boolean>`file.trashed_at < now() - make_interval(days => ${days}) and ${isUnused}`
  const { rows: versions } = await sql<{ id: string; fileId: string }>`
    select id, file_id as "fileId" from version
    where file_id in (select id from file where ${isOverdue} order by trashed_at limit ${limit})
    order by id for update skip locked`.execute(tx)
  const { rows } = await sql<{ id: string; organizationId: string }>`
    select id, organization_id as "organizationId" from file
    where id = any(${versions.map(({ fileId }) => fileId)}::uuid[]) and ${isOverdue} and not exists (
      select from version where version.file_id = file.id and version.id <> all(${versions.map(({ id }) => id)}::uuid[]))
    order by id for update skip locked`.execute(tx)
  return rows
}

export async function countOverdue(db: Db, days: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from file
    where trashed_at < now() - make_interval(days => ${days}) and ${isUnused}`.execute(db)
  return rows[0]?.count ?? 0
}

const isUnused = sql<boolean>`not exists (select from file_use where file_use.file_id = file.id)`

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

/** By name; null when it has none. */
const tagsOf = sql<TagRef[] | null>`(
  select jsonb_agg(jsonb_build_object('id', tag.id, 'name', tag.name) order by lower(tag.name))
  from file_tag join tag on tag.id = file_tag.tag_id where file_tag.file_id = file.id)`

/** What a listing tells of a file, its current version included. */
export function selectFile(db: Db) {
  return (
    db
      .selectFrom('file')
      .innerJoin('version', 'version.id', 'file.current_version_id')
      .innerJoin('user', 'user.id', 'file.created_by')
      // Looked up for the few that the scanner may be keeping back.
      .leftJoin('blob as scanned', (on) =>
        on
          .onRef('scanned.id', '=', 'version.blob_id')
          .on('version.status', 'in', ['pending', 'processing', 'infected']),
      )
      .select([
        'scanned.scan_status as scanStatus',
        'scanned.scan_reason as scanReason',
        'scanned.scan_signature as scanSignature',
        'version.is_from_link as isFromLink',

        'file.id',
        'file.organization_id as organizationId',
        'file.name',
        'file.kind',
        'file.created_at as createdAt',
        'file.happened_at as happenedAt',
        'file.offset_minutes as offsetMinutes',
        'file.happened_from as happenedFrom',
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
        'version.damage',
        'version.tier',
        tagsOf.as('tags'),
        'user.id as createdById',
        'user.name as createdByName',
      ])
      .$narrowType<{
        status: ProcessingState
        variants: Variant[]
        damage: Damage | null
        happenedFrom: HappenedFrom
      }>()
  )
}
