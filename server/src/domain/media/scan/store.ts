import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db/index.ts'
import { standing, type Standing } from '../../storage/index.ts'

export type BlobRow = NonNullable<Awaited<ReturnType<typeof getBlob>>>

export function getBlob(db: Db, blobId: string) {
  return db
    .selectFrom('blob')
    .select([
      'id',
      'organization_id as organizationId',
      'object_key as objectKey',
      'size_bytes as sizeBytes',
      'sha256',
      'scan_signature as signature',
      'scan_engine as engine',
      standing.as('standing'),
    ])
    .where('id', '=', blobId)
    .executeTakeFirst()
}

/**
 * How the bytes stand, held until the transaction ends. Versions are locked before it, as everywhere; the lock is one
 * that lets rows that point here be added.
 */
export async function lockStanding(
  tx: Tx,
  organizationId: string | undefined,
  blobId: string,
): Promise<(Pick<Standing, 'scan' | 'reason'> & { signature: string | null }) | undefined> {
  const whose = organizationId === undefined ? sql`` : sql`and organization_id = ${organizationId}::uuid`
  const { rows } = await sql<Pick<Standing, 'scan' | 'reason'> & { signature: string | null }>`
    select scan_status as scan, scan_reason as reason, scan_signature as signature
    from blob where id = ${blobId}::uuid ${whose} for no key update`.execute(tx)
  return rows[0]
}

export type Told = {
  scan: Standing['scan']
  reason?: Standing['reason']
  signature?: string
  engine?: string | undefined
}

export async function setStanding(tx: Tx, blobId: string, told: Told): Promise<void> {
  await tx
    .updateTable('blob')
    .set({
      scan_status: told.scan,
      scan_reason: told.reason ?? null,
      scanned_at: sql<Date>`now()`,
      ...(told.signature !== undefined && { scan_signature: told.signature }),
      ...(told.engine !== undefined && { scan_engine: told.engine }),
    })
    .where('id', '=', blobId)
    .execute()
}

/** It was asked about, and nothing has changed by it. */
export async function setAsked(tx: Tx, blobId: string): Promise<void> {
  await tx
    .updateTable('blob')
    .set({ scanned_at: sql<Date>`now()` })
    .where('id', '=', blobId)
    .execute()
}

/** Forgets everything that was made of a blob. Returns the keys of the objects that nothing points at now. */
export async function deleteMade(tx: Tx, blobId: string): Promise<string[]> {
  const { rows } = await sql<{ key: string }>`
    with variants as (delete from variant where blob_id = ${blobId}::uuid returning object_key),
      copies as (delete from bare_copy where blob_id = ${blobId}::uuid returning object_key),
      facts as (delete from media where blob_id = ${blobId}::uuid),
      texts as (delete from document_text where blob_id = ${blobId}::uuid),
      looks as (delete from look where blob_id = ${blobId}::uuid),
      steps as (delete from step where blob_id = ${blobId}::uuid and name <> 'scan')
    select object_key as key from variants
    union all select object_key from copies where object_key is not null`.execute(tx)
  await sql`
    select renew_findings(array(
      select file.id from version
      join file on file.id = version.file_id and file.current_version_id = version.id
      where version.blob_id = ${blobId}::uuid))`.execute(tx)
  return rows.map(({ key }) => key)
}

/** The blob of a version that is not settled, and whether it still waits for the scanner. */
export function getUnsettled(db: Db, versionId: string) {
  return db
    .selectFrom('version')
    .innerJoin('blob', 'blob.id', 'version.blob_id')
    .select(['blob.id as blobId', standing.as('standing')])
    .where('version.id', '=', versionId)
    .where('version.status', 'in', ['pending', 'processing'])
    .executeTakeFirst()
}

const STALE_WAIT = sql`interval '10 minutes'`
const REFUSED_WAIT = sql`interval '1 day'`

export type Due = { id: string; sizeBytes: number; isUrgent: boolean }

/**
 * What is to be looked at by the clock, most urgent first: what could not be for want of a scanner, what was lost sight
 * of, what never was, what was too large before, and what was clean by other signatures so many days ago.
 */
export async function listDue(
  db: Db,
  { engine, againDays, limit }: { engine: string; againDays: number; limit: number },
): Promise<Due[]> {
  const again = sql`now() - make_interval(secs => ${againDays * 86_400}::double precision)`
  const { rows } = await sql<Due>`
    (select id, size_bytes as "sizeBytes", true as "isUrgent", 0 as urgency, scanned_at from blob
     where unreferenced_at is null and scan_status in ('waiting', 'skipped')
       and (scan_reason = 'unreachable' or scan_status = 'waiting' and created_at < now() - ${STALE_WAIT})
     order by scanned_at nulls first, id limit ${limit})
    union all
    (select id, size_bytes, false, 1, scanned_at from blob
     where unreferenced_at is null and scan_status = 'unscanned'
       and (scanned_at is null or (${againDays} > 0 and scanned_at < ${again}))
     order by scanned_at nulls first, id limit ${limit})
    union all
    (select id, size_bytes, false, 2, scanned_at from blob
     where unreferenced_at is null and scan_status in ('waiting', 'skipped') and scan_reason <> 'unreachable'
       and scanned_at < now() - ${REFUSED_WAIT}
     order by scanned_at, id limit ${limit})
    union all
    (select id, size_bytes, false, 3, scanned_at from blob
     where ${againDays} > 0 and unreferenced_at is null and scan_status = 'clean' and scanned_at < ${again}
       and scan_engine is distinct from ${engine}
     order by scanned_at, id limit ${limit})
    order by urgency, scanned_at nulls first, id limit ${limit}`.execute(db)
  return rows
}

/** Versions that were held back for want of a scan, and need not be any more. @param reasons  what is let through now */
export async function listLetThrough(
  db: Db,
  { reasons, limit }: { reasons: readonly string[]; limit: number },
): Promise<{ versionId: string; organizationId: string }[]> {
  const { rows } = await sql<{ versionId: string; organizationId: string }>`
    select version.id as "versionId", blob.organization_id as "organizationId"
    from blob join version on version.blob_id = blob.id and version.status = 'pending'
    where blob.unreferenced_at is null and blob.scan_status in ('waiting', 'skipped')
      and blob.scan_status = 'skipped' and blob.scan_reason = any(${reasons}::text[])
    order by blob.id limit ${limit}`.execute(db)
  return rows
}

export async function listPendingVersions(db: Db, blobId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('version')
    .select('id')
    .where('blob_id', '=', blobId)
    .where('status', '=', 'pending')
    .execute()
  return rows.map(({ id }) => id)
}

export type QuarantinedRow = {
  blobId: string
  sizeBytes: number
  sha256: Buffer
  standing: Standing
  signature: string | null
  engine: string | null
  scannedAt: Date | null
  files: { id: string; name: string; uploaderId: string; uploader: string; addedAt: string }[]
}

/** So many files of the same bytes are told; more are the same. */
const MOST_FILES = 20

/** What nobody but its uploader gets, or nobody at all, newest first. */
export async function listQuarantine(
  db: Db,
  organizationId: string,
  page: { limit: number; after?: string | undefined },
): Promise<QuarantinedRow[]> {
  const after = page.after === undefined ? sql`` : sql`and blob.id < ${page.after}::uuid`
  const { rows } = await sql<QuarantinedRow>`
    select blob.id as "blobId", blob.size_bytes as "sizeBytes", blob.sha256, ${standing} as standing,
      blob.scan_signature as signature, blob.scan_engine as engine, blob.scanned_at as "scannedAt", told.files
    from blob cross join lateral (
      select jsonb_agg(jsonb_build_object('id', one.id, 'name', one.name, 'uploaderId', one.uploader_id,
        'uploader', one.uploader, 'addedAt', one.added_at)) as files
      from (select file.id, file.name, version.created_by as uploader_id, "user".name as uploader,
          version.created_at as added_at
        from version join file on file.id = version.file_id join "user" on "user".id = version.created_by
        where version.blob_id = blob.id order by version.id limit ${MOST_FILES}) as one
    ) as told
    where blob.organization_id = ${organizationId}::uuid and blob.scan_status in ('infected', 'skipped')
      and told.files is not null ${after}
    order by blob.id desc limit ${page.limit}`.execute(db)
  return rows
}

export type Counts = { waiting: number; held: number; infected: number; unscanned: number }

/** Counted no further than this: the page says "1000 or more". */
const MOST_COUNTED = 1_000

export async function countStandings(db: Db, organizationId: string): Promise<Counts> {
  const count = (status: string) => sql`(select count(*)::int from (select from blob
    where organization_id = ${organizationId}::uuid and unreferenced_at is null and scan_status = ${sql.lit(status)}
    limit ${MOST_COUNTED}) as counted)`
  const { rows } = await sql<Counts>`
    select ${count('waiting')} as waiting, ${count('skipped')} as held, ${count('infected')} as infected,
      ${count('unscanned')} as unscanned`.execute(db)
  return rows[0] ?? { waiting: 0, held: 0, infected: 0, unscanned: 0 }
}

/** The blob of a file's current version. */
export function getBlobOfFile(db: Db, fileId: string) {
  return db
    .selectFrom('file')
    .innerJoin('version', 'version.id', 'file.current_version_id')
    .select(['version.blob_id as blobId', 'file.organization_id as organizationId'])
    .where('file.id', '=', fileId)
    .executeTakeFirst()
}
