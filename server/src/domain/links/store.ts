import { sql } from 'kysely'
import type { Db, Tx } from '../../platform/db/index.ts'
import { rightsSum } from '../access/index.ts'

export type LinkRow = {
  id: string
  organizationId: string
  makerId: string
  makerName: string
  label: string
  resourceId: string | null
  resourceKind: 'file' | 'folder' | null
  /** Null when whoever asks may not read it (any more). */
  resourceName: string | null
  selectionCount: number
  eventId: string | null
  /** Null when whoever asks may not read it (any more). */
  eventName: string | null
  showsFiles: boolean
  allowsDownload: boolean
  allowsUpload: boolean
  keepsMetadata: boolean
  keepsNames: boolean
  hasPassword: boolean
  boundEmail: string | null
  boundNetwork: string | null
  maxDownloads: number | null
  downloads: number
  visits: number
  expiresAt: Date | null
  revokedAt: Date | null
  lastUsedAt: Date | null
  createdAt: Date
}

const DOWNLOAD = 4

/** A link as a user may see it. Names are known to a room below; its tables are read here, and only read. */
const selectLink = (viewerId: string) => sql`
  select link.id, link.organization_id as "organizationId", link.created_by as "makerId", maker.name as "makerName",
    link.label, link.resource_id as "resourceId", resource.kind as "resourceKind",
    case when ${rightsSum(sql`${viewerId}::uuid`, {
      id: sql.ref('resource.id'),
      organizationId: sql.ref('resource.organization_id'),
      createdBy: sql.ref('resource.created_by'),
    })} & 1 = 1 then coalesce(file.name, folder.name) end as "resourceName",
    (select count(*)::int from "grant" where "grant".link_id = link.id) as "selectionCount",
    link.event_id as "eventId",
    case when ${rightsSum(sql`${viewerId}::uuid`, {
      id: sql.ref('event.id'),
      organizationId: sql.ref('event.organization_id'),
      createdBy: sql.ref('event.created_by'),
    })} & 1 = 1 then event.title end as "eventName",
    link.shows_files as "showsFiles", link.allows_upload as "allowsUpload",
    coalesce((select bit_or("grant".rights) & ${DOWNLOAD} > 0 from "grant" where "grant".link_id = link.id), false)
      as "allowsDownload",
    link.keeps_metadata as "keepsMetadata", link.keeps_names as "keepsNames",
    link.password_hash is not null as "hasPassword", link.bound_email as "boundEmail",
    link.bound_network::text as "boundNetwork", link.max_downloads as "maxDownloads", link.downloads, link.visits,
    link.expires_at as "expiresAt", link.revoked_at as "revokedAt", link.last_used_at as "lastUsedAt",
    link.created_at as "createdAt"
  from link
  join "user" as maker on maker.id = link.created_by
  left join resource on resource.id = link.resource_id
  left join file on file.id = resource.id
  left join folder on folder.id = resource.id
  left join timeline_event as event on event.id = link.event_id`

export async function getLink(db: Db, viewerId: string, linkId: string): Promise<LinkRow | undefined> {
  const { rows } = await sql<LinkRow>`${selectLink(viewerId)} where link.id = ${linkId}::uuid`.execute(db)
  return rows[0]
}

type Page = { limit: number; before: string | undefined }
const older = ({ before }: Page) => (before === undefined ? sql`` : sql`and link.id < ${before}::uuid`)

/** @param makerId  only those of this maker */
export async function listLinks(
  db: Db,
  viewerId: string,
  scope: { organizationId: string; makerId: string | undefined },
  page: Page,
): Promise<LinkRow[]> {
  const { organizationId, makerId } = scope
  const { rows } = await sql<LinkRow>`${selectLink(viewerId)}
    where link.organization_id = ${organizationId}::uuid
      ${makerId === undefined ? sql`` : sql`and link.created_by = ${makerId}::uuid`} ${older(page)}
    order by link.id desc limit ${page.limit}`.execute(db)
  return rows
}

/** Those whose grants reach a resource, or that are of an event. */
export async function listReaching(db: Db, viewerId: string, resourceId: string, page: Page): Promise<LinkRow[]> {
  const { rows } = await sql<LinkRow>`${selectLink(viewerId)}
    where link.id in (
      select held.link_id from reach join "grant" as held on held.id = reach.grant_id
      where reach.resource_id = ${resourceId}::uuid and held.link_id is not null
      union all select id from link where event_id = ${resourceId}::uuid) ${older(page)}
    order by link.id desc limit ${page.limit}`.execute(db)
  return rows
}

/** Whether an organization has an event that is not in the trash. */
export async function existsEvent(db: Db, organizationId: string, eventId: string): Promise<boolean> {
  const found = await db
    .selectFrom('timeline_event')
    .select('id')
    .where('id', '=', eventId)
    .where('organization_id', '=', organizationId)
    .where('trashed_at', 'is', null)
    .executeTakeFirst()
  return found !== undefined
}

/** What a link is to be made of; undefined when it is not there, or in the trash. */
export async function getTarget(
  db: Db,
  resourceId: string,
): Promise<{ kind: 'file' | 'folder'; organizationId: string } | undefined> {
  const { rows } = await sql<{ kind: 'file' | 'folder'; organizationId: string }>`
    select resource.kind, resource.organization_id as "organizationId" from resource
    left join file on file.id = resource.id left join folder on folder.id = resource.id
    where resource.id = ${resourceId}::uuid and resource.kind in ('file', 'folder')
      and coalesce(file.trashed_at, folder.trashed_at) is null`.execute(db)
  return rows[0]
}

/** Of these files, those of an organization that are not in the trash, each with the sum of a user's rights on it. */
export async function listRights(
  db: Db,
  scope: { userId: string; organizationId: string },
  fileIds: readonly string[],
): Promise<{ id: string; rights: number }[]> {
  const { rows } = await sql<{ id: string; rights: number }>`
    select file.id, ${rightsSum(sql`${scope.userId}::uuid`, {
      id: sql.ref('file.id'),
      organizationId: sql.ref('file.organization_id'),
      createdBy: sql.ref('file.created_by'),
    })} as rights
    from file where file.id = any(${fileIds}::uuid[]) and file.organization_id = ${scope.organizationId}::uuid
      and file.trashed_at is null`.execute(db)
  return rows
}

export async function insertLink(
  tx: Tx,
  link: {
    id: string
    organizationId: string
    makerId: string
    tokenHash: Buffer
    resourceId: string | null
    eventId: string | null
    label: string
    showsFiles: boolean
    allowsUpload: boolean
    keepsMetadata: boolean
    keepsNames: boolean
    passwordHash: string | null
    boundEmail: string | null
    boundNetwork: string | null
    maxDownloads: number | null
    expiresAt: Date | null
  },
): Promise<void> {
  await tx
    .insertInto('link')
    .values({
      id: link.id,
      organization_id: link.organizationId,
      created_by: link.makerId,
      token_hash: link.tokenHash,
      resource_id: link.resourceId,
      event_id: link.eventId,
      label: link.label,
      shows_files: link.showsFiles,
      allows_upload: link.allowsUpload,
      keeps_metadata: link.keepsMetadata,
      keeps_names: link.keepsNames,
      password_hash: link.passwordHash,
      bound_email: link.boundEmail,
      bound_network: link.boundNetwork,
      max_downloads: link.maxDownloads,
      expires_at: link.expiresAt,
    })
    .execute()
}

export type LinkChange = {
  label?: string | undefined
  keeps_metadata?: boolean | undefined
  keeps_names?: boolean | undefined
  password_hash?: string | null | undefined
  bound_email?: string | null | undefined
  bound_network?: string | null | undefined
  max_downloads?: number | null | undefined
  expires_at?: Date | null | undefined
}

/** @param endsVisits  whether those who have opened it must open it anew */
export async function setLink(tx: Tx, linkId: string, change: LinkChange, endsVisits: boolean): Promise<void> {
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
  if (Object.keys(given).length === 0) return
  await tx
    .updateTable('link')
    .set({ ...given, ...(endsVisits && { opened_since: sql`clock_timestamp()` }) })
    .where('id', '=', linkId)
    .execute()
}

/** False when it had been revoked before. */
export async function setRevoked(tx: Tx, linkId: string): Promise<boolean> {
  const revoked = await tx
    .updateTable('link')
    .set({ revoked_at: sql`now()` })
    .where('id', '=', linkId)
    .where('revoked_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return revoked !== undefined
}

export type VisitRow = {
  id: string
  openedAt: Date
  lastSeenAt: Date
  ip: string
  userAgent: string | null
  email: string | null
  downloads: number
}

export async function listVisits(db: Db, linkId: string, page: Page): Promise<VisitRow[]> {
  const { rows } = await sql<VisitRow>`
    select id, opened_at as "openedAt", last_seen_at as "lastSeenAt", host(ip) as ip, user_agent as "userAgent",
      email, downloads
    from link_visit
    where link_id = ${linkId}::uuid ${page.before === undefined ? sql`` : sql`and id < ${page.before}::uuid`}
    order by id desc limit ${page.limit}`.execute(db)
  return rows
}
