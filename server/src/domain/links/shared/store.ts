import type { Kind } from '@trove/contract/media-types'
import type { TimelineEventKind } from '@trove/contract/timeline-events'
import type { ProcessingState, Variant, VariantName } from '@trove/contract/files'
import { sql } from 'kysely'
import type { Db } from '../../../platform/db/index.ts'
import { isLive, rightsSum } from '../../access/index.ts'
import { standing, type Standing } from '../../storage/index.ts'

export type SharedLinkRow = {
  id: string
  organizationId: string
  label: string
  resourceId: string | null
  kind: 'file' | 'folder' | 'selection'
  name: string | null
  showsFiles: boolean
  allowsDownload: boolean
  allowsUpload: boolean
  keepsMetadata: boolean
  keepsNames: boolean
  maxDownloads: number | null
  downloads: number
  expiresAt: Date | null
  isTrashed: boolean
  /** What it is of besides its files: while that is not in the trash, and its maker may share it. */
  event: SharedEventRow | null
}

type SharedEventRow = {
  id: string
  kind: TimelineEventKind
  title: string
  text: string
  happenedAt: string
  offsetMinutes: number
}

const SHARE = sql.lit(16)

const event = {
  id: sql.ref('event.id'),
  organizationId: sql.ref('event.organization_id'),
  createdBy: sql.ref('event.created_by'),
}

/** A link as far as its guests are concerned. Whether it lives has been asked when they came in. */
export async function getLink(db: Db, linkId: string): Promise<SharedLinkRow | undefined> {
  const { rows } = await sql<SharedLinkRow>`
    select link.id, link.organization_id as "organizationId", link.label, link.resource_id as "resourceId",
      coalesce(resource.kind, 'selection') as kind, coalesce(file.name, folder.name) as name,
      link.shows_files as "showsFiles", link.allows_upload as "allowsUpload",
      coalesce((select bit_or(rights) & 4 > 0 from "grant" where link_id = link.id), false) as "allowsDownload",
      link.keeps_metadata as "keepsMetadata", link.keeps_names as "keepsNames",
      link.max_downloads as "maxDownloads", link.downloads, link.expires_at as "expiresAt",
      coalesce(file.trashed_at, folder.trashed_at) is not null as "isTrashed",
      (select jsonb_build_object('id', event.id, 'kind', event.kind, 'title', event.title, 'text', event.description,
          'happenedAt', event.happened_at, 'offsetMinutes', event.offset_minutes)
        from timeline_event as event join resource as place on place.id = event.id
        left join folder as above on above.id = place.parent_id
        where event.id = link.event_id and event.organization_id = link.organization_id
          and event.trashed_at is null and above.trashed_at is null
          and ${rightsSum(sql.ref('link.created_by'), event)} & ${SHARE} = ${SHARE}) as event
    from link left join resource on resource.id = link.resource_id
    left join file on file.id = resource.id left join folder on folder.id = resource.id
    where link.id = ${linkId}::uuid`.execute(db)
  return rows[0]
}

export type SharedFileRow = {
  id: string
  organizationId: string
  parentId: string | null
  name: string
  kind: Kind
  status: ProcessingState
  mediaType: string
  widthPixels: number | null
  heightPixels: number | null
  durationMs: number | null
  pages: number | null
  blur: Buffer | null
  variants: Variant[]
  rights: number
  versionAt: Date
  blobId: string
  objectKey: string
  sizeBytes: number
  sha256: Buffer
  bareKey: string | null
  bareType: string | null
  bareBytes: number | null
  bareAt: Date | null
  withheld: string | null
  /** In the event that is asked about, if it shows it. */
  caption: string | null
  position: number | null
  standing: Required<Standing>
}

const file = {
  id: sql.ref('file.id'),
  organizationId: sql.ref('file.organization_id'),
  createdBy: sql.ref('file.created_by'),
}

/** What comes to a row from a link: what it was granted, and never more than its maker holds now. */
const given = (id: unknown) => sql`(
  select bit_or(held.rights)::int from reach join "grant" as held on held.id = reach.grant_id and ${isLive('held')}
  where reach.resource_id = ${id} and reach.principal_id = link.id)`

/** Files that come to a link, with what may be done with each. `rights` is 0 where its maker may not share it (any more). */
const selectFiles = (linkId: string, eventId?: string) => sql`
  select file.id, file.organization_id as "organizationId", resource.parent_id as "parentId", file.name, file.kind,
    version.status, version.media_type as "mediaType", version.width_pixels as "widthPixels",
    version.height_pixels as "heightPixels", version.duration_ms as "durationMs", version.pages, version.blur,
    version.variants, version.created_at as "versionAt", allowed.rights, blob.id as "blobId",
    blob.object_key as "objectKey", blob.size_bytes as "sizeBytes", blob.sha256,
    bare_copy.object_key as "bareKey", bare_copy.media_type as "bareType", bare_copy.size_bytes as "bareBytes",
    bare_copy.created_at as "bareAt", bare_copy.withheld, ${standing} as standing,
    picture.caption, picture.position
  from link
  join resource on resource.organization_id = link.organization_id
  join file on file.id = resource.id and file.trashed_at is null
  join version on version.id = file.current_version_id
  join blob on blob.id = version.blob_id
  left join bare_copy on bare_copy.blob_id = blob.id
  left join event_picture as picture on picture.file_id = file.id and picture.event_id = ${eventId ?? null}::uuid
  cross join lateral (select ${rightsSum(sql.ref('link.created_by'), file)} as makers offset 0) as maker
  cross join lateral (
    select case when maker.makers & ${SHARE} = 0 then 0 else coalesce(${given(sql.ref('file.id'))}, 0) & maker.makers end
      as rights offset 0
  ) as allowed
  where link.id = ${linkId}::uuid and link.shows_files and allowed.rights & 1 = 1`

export async function getFile(
  db: Db,
  linkId: string,
  fileId: string,
  eventId?: string,
): Promise<SharedFileRow | undefined> {
  const { rows } = await sql<SharedFileRow>`
    ${selectFiles(linkId, eventId)} and file.id = ${fileId}::uuid`.execute(db)
  return rows[0]
}

/** @param folderId  those in this folder itself; undefined: all that the link was made of, one by one */
export async function listFiles(
  db: Db,
  about: { linkId: string; folderId: string | undefined },
  page: { limit: number; before: string | undefined },
): Promise<SharedFileRow[]> {
  const { linkId, folderId } = about
  const where =
    folderId === undefined
      ? sql`file.id in (select resource_id from "grant" where link_id = ${linkId}::uuid)`
      : sql`resource.parent_id = ${folderId}::uuid`
  const { rows } = await sql<SharedFileRow>`
    ${selectFiles(linkId)} and ${where} ${page.before === undefined ? sql`` : sql`and file.id < ${page.before}::uuid`}
    order by file.id desc limit ${page.limit}`.execute(db)
  return rows
}

/** A place in the order of an event: what it does not show any more comes last, newest first. */
export type InEvent = { position: number | null; id: string }

/** Files that a link was made of, in the order of an event. */
export async function listFilesOfEvent(
  db: Db,
  { linkId, eventId }: { linkId: string; eventId: string },
  { limit, after }: { limit: number; after: InEvent | undefined },
): Promise<SharedFileRow[]> {
  const isAfter =
    after === undefined
      ? sql``
      : after.position === null
        ? sql`and picture.position is null and file.id < ${after.id}::uuid`
        : sql`and (picture.position is null or picture.position > ${after.position}::bigint)`
  const { rows } = await sql<SharedFileRow>`
    ${selectFiles(linkId, eventId)} and file.id in (select resource_id from "grant" where link_id = ${linkId}::uuid) ${isAfter}
    order by picture.position nulls last, file.id desc limit ${limit}`.execute(db)
  return rows
}

/** Everything that a link gives, folders included; oldest first, so that what is added comes last. */
export async function listAllFiles(db: Db, linkId: string, limit: number): Promise<SharedFileRow[]> {
  const { rows } = await sql<SharedFileRow>`
    ${selectFiles(linkId)} and file.id in (
      select resource_id from reach
      where organization_id = (select organization_id from link where id = ${linkId}::uuid)
        and principal_id = ${linkId}::uuid)
    order by file.id limit ${limit}`.execute(db)
  return rows
}

/** How many files come to a link; no further than `limit`. */
export async function countFiles(db: Db, linkId: string, organizationId: string, limit: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from (
      select from reach join file on file.id = reach.resource_id and file.trashed_at is null
      where reach.organization_id = ${organizationId}::uuid and reach.principal_id = ${linkId}::uuid
      limit ${limit}) as counted`.execute(db)
  return rows[0]?.count ?? 0
}

export type FolderRow = { id: string; name: string }

export async function listFolders(
  db: Db,
  parentId: string,
  page: { limit: number; after: string | undefined },
): Promise<FolderRow[]> {
  const after =
    page.after === undefined
      ? sql``
      : sql`and (lower(folder.name), folder.id) > (select lower(name), id from folder where id = ${page.after}::uuid)`
  const { rows } = await sql<FolderRow>`
    select folder.id, folder.name from resource join folder on folder.id = resource.id
    where resource.parent_id = ${parentId}::uuid and folder.trashed_at is null ${after}
    order by lower(folder.name), folder.id limit ${page.limit}`.execute(db)
  return rows
}

/** A folder and those above it, up to the one that a link is of, outermost first. Empty when it is not below that. */
export async function listPath(db: Db, rootId: string, folderId: string): Promise<FolderRow[]> {
  const { rows } = await sql<FolderRow & { isTrashed: boolean }>`
    with recursive above as (
      select id, parent_id, 0 as height from resource where id = ${folderId}::uuid
      union all
      select parent.id, parent.parent_id, above.height + 1
      from resource as parent join above on parent.id = above.parent_id where above.id <> ${rootId}::uuid
    )
    select folder.id, folder.name, folder.trashed_at is not null as "isTrashed"
    from above join folder on folder.id = above.id order by above.height desc`.execute(db)
  return rows[0]?.id === rootId && rows.every(({ isTrashed }) => !isTrashed) ? rows : []
}

/** The names of folders and what each is in, for the paths in a ZIP. */
export async function listFolderNames(
  db: Db,
  linkId: string,
): Promise<{ id: string; parentId: string | null; name: string }[]> {
  const { rows } = await sql<{ id: string; parentId: string | null; name: string }>`
    select folder.id, resource.parent_id as "parentId", folder.name
    from reach join resource on resource.id = reach.resource_id join folder on folder.id = resource.id
    where reach.organization_id = (select organization_id from link where id = ${linkId}::uuid)
      and reach.principal_id = ${linkId}::uuid`.execute(db)
  return rows
}

/** `mediaType`: any but those that stand beside it, unless said. */
export async function getVariant(
  db: Db,
  fileId: string,
  { name, number, mediaType }: { name: VariantName; number: number; mediaType: string | undefined },
) {
  const variants = db
    .selectFrom('file')
    .innerJoin('version', 'version.id', 'file.current_version_id')
    .innerJoin('variant', 'variant.blob_id', 'version.blob_id')
    .select(['variant.id', 'variant.object_key as objectKey', 'variant.size_bytes as sizeBytes'])
    .select(['variant.media_type as mediaType', 'variant.created_at as createdAt'])
    .where('file.id', '=', fileId)
    .where('variant.name', '=', name)
    .where('variant.number', '=', number)
  return mediaType === undefined
    ? variants.where('variant.media_type', 'not in', ['image/avif', 'image/jpeg']).executeTakeFirst()
    : variants.where('variant.media_type', '=', mediaType).executeTakeFirst()
}

export async function getUploadTerms(db: Db, organizationId: string): Promise<Kind[]> {
  const row = await db
    .selectFrom('organization')
    .select('allowed_kinds')
    .where('id', '=', organizationId)
    .executeTakeFirst()
  return (row?.allowed_kinds ?? []) as Kind[]
}
