import type { Colour } from '@trove/contract/file-filter'
import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db/index.ts'
import { newId } from '../../../platform/ids.ts'
import { bandsOf, MOST_APART, NEUTRAL, probesOf } from './rules.ts'

/** The object that a picture is looked at by; undefined where there is none. */
export async function getSmallPicture(
  db: Db,
  blobId: string,
): Promise<{ objectKey: string; sizeBytes: number } | undefined> {
  const { rows } = await sql<{ objectKey: string; sizeBytes: number }>`
    select object_key as "objectKey", size_bytes as "sizeBytes" from variant
    where blob_id = ${blobId}::uuid and name in ('medium', 'thumbnail') and media_type = 'image/webp' and number = 0
    order by name limit 1`.execute(db)
  return rows[0]
}

type Look = { blobId: string; organizationId: string; hash: string | undefined; colours: readonly Colour[] }

/**
 * What a picture looks like, and which others look so: the first of them has given the likeness its hash. Nothing is kept
 * of bytes that are gone, or that the scanner has found infected meanwhile.
 */
export async function setLook(tx: Tx, { blobId, organizationId, hash, colours }: Look): Promise<void> {
  // What files are found by goes before their bytes, as when they are deleted.
  await sql`
    select from finding where file_id in (select file_id from version where blob_id = ${blobId}::uuid)
    order by file_id for update`.execute(tx)
  const { rows: wanted } = await sql`
    select from blob where id = ${blobId}::uuid and scan_status <> 'infected' for no key update`.execute(tx)
  if (wanted.length === 0) return
  const likenessId = hash === undefined ? null : await findLikeness(tx, organizationId, { hash, colours })
  await sql`
    insert into look (blob_id, organization_id, hash, likeness_id, colours)
    values (${blobId}::uuid, ${organizationId}::uuid, ${hash ?? null}::bit(64), ${likenessId}::uuid, ${[...colours]}::text[])
    on conflict (blob_id) do update set
      hash = excluded.hash, likeness_id = excluded.likeness_id, colours = excluded.colours`.execute(tx)
  await sql`
    update likeness set is_shared = true
    where id = ${likenessId}::uuid and not is_shared and (
      select count(*) > 1 from (
        select from look join version on version.blob_id = look.blob_id where look.likeness_id = likeness.id limit 2
      ) as having_it)`.execute(tx)
  await sql`
    select renew_findings(array(
      select file.id from version
      join file on file.id = version.file_id and file.current_version_id = version.id
      where version.blob_id = ${blobId}::uuid))`.execute(tx)
}

async function findLikeness(
  tx: Tx,
  organizationId: string,
  { hash, colours }: { hash: string; colours: readonly Colour[] },
): Promise<string> {
  // Two that look the same and come at once must not make one each.
  await sql`select pg_advisory_xact_lock(hashtextextended('likeness ' || ${organizationId}, 0))`.execute(tx)
  const bands = bandsOf(hash)
  const near = sql.join(
    bands.map((band, index) => sql`${sql.ref(`band_${index + 1}`)} = any(${probesOf(band)}::int[])`),
    sql` or `,
  )
  const { rows } = await sql<{ id: string }>`
    select id from likeness
    where organization_id = ${organizationId}::uuid and (${near}) and bit_count(hash # ${hash}::bit(64)) <= ${MOST_APART}
      and ${sharesColours(colours)}
    order by bit_count(hash # ${hash}::bit(64)), id limit 1`.execute(tx)
  if (rows[0] !== undefined) return rows[0].id
  const id = newId()
  await sql`
    insert into likeness (id, organization_id, hash, band_1, band_2, band_3, band_4)
    values (${id}::uuid, ${organizationId}::uuid, ${hash}::bit(64), ${sql.join(bands)})`.execute(tx)
  return id
}

/** The hash knows no colour: one view at dusk and at noon is two pictures. A copy without colours is of whichever came first. */
function sharesColours(colours: readonly Colour[]) {
  const vivid = colours.filter((colour) => !NEUTRAL.includes(colour))
  if (vivid.length === 0) return sql`true`
  const looks = sql`select from look where look.likeness_id = likeness.id`
  return sql`(
    exists (${looks} and look.colours && ${vivid}::text[])
    or not exists (${looks} and not look.colours <@ ${[...NEUTRAL]}::text[]))`
}
