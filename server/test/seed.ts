import pg from 'pg'

export type Seed = {
  databaseUrl: string
  organizationId: string
  userId: string
  count: number
}

/** Files of one organization, a second apart and the newest now, as if they had been uploaded and processed; their bytes are nowhere. */
export async function seedFiles({ databaseUrl, organizationId, userId, count }: Seed): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await client.query('begin')
    // Keys and triggers would be asked a few million times; the rows are right by construction.
    await client.query(`set local session_replication_role = replica; set local statement_timeout = 0`)
    await client.query(SEEDED)
    await client.query(
      `insert into seeded select n, count, ${idOf('f')}, ${idOf('v')}, ${idOf('b')} from generate_series(1, ${count}) as n, (values (${count}::bigint)) as of (count)`,
    )
    for (const statement of FILLED) await client.query(statement, [organizationId, userId])
    await client.query(
      'update quota set file_count = file_count + $2, used_bytes = used_bytes + $2 * 1000 where organization_id = $1',
      [organizationId, count],
    )
    await client.query('commit')
    await client.query('vacuum analyze')
  } finally {
    await client.end()
  }
}

/** UUIDv7 in the order of n. */
const idOf = (salt: string) => `(
  lpad(to_hex((extract(epoch from now()) * 1000)::bigint - (count - n) * 1000), 12, '0') || '7' ||
  substr(md5('${salt}' || n || random()), 1, 3) || '8' || substr(md5('${salt}' || random()), 1, 15))::uuid`

const SEEDED =
  'create temporary table seeded (n bigint, count bigint, file_id uuid, version_id uuid, blob_id uuid) on commit drop'

const VARIANTS = JSON.stringify([
  { name: 'thumbnail', mediaType: 'image/webp', widthPixels: 200, heightPixels: 133, sizeBytes: 5000 },
  { name: 'medium', mediaType: 'image/webp', widthPixels: 800, heightPixels: 533, sizeBytes: 50_000 },
  { name: 'large', mediaType: 'image/webp', widthPixels: 1200, heightPixels: 800, sizeBytes: 110_000 },
])

const FILLED = [
  `insert into blob (id, organization_id, sha256, size_bytes, media_type, object_key)
   select blob_id, $1::uuid, sha256(blob_id::text::bytea), 1000, 'image/jpeg', 'photos/seeded/' || blob_id from seeded where $2::uuid is not null`,
  `insert into resource (id, organization_id, kind, created_by) select file_id, $1::uuid, 'file', $2::uuid from seeded`,
  `insert into file (id, organization_id, created_by, name, kind, current_version_id, created_at)
   select file_id, $1::uuid, $2::uuid, 'IMG_' || lpad(n::text, 7, '0') || '.jpg', 'image', version_id, now() - make_interval(secs => count - n)
   from seeded`,
  `insert into version (id, file_id, number, blob_id, media_type, size_bytes, sha256, width_pixels, height_pixels, blur, variants, status, created_by)
   select version_id, file_id, 1, blob_id, 'image/jpeg', 1000, sha256(blob_id::text::bytea), 6000, 4000,
     decode(repeat('52494646', 30), 'hex'), '${VARIANTS}', 'ready', $2::uuid
   from seeded where $1::uuid is not null`,
]

/** Seeded past the triggers: the numbers of the timeline that they would have kept. */
export async function countTimeline(client: Pick<pg.Client, 'query'>, organizationId: string): Promise<void> {
  const isShown = `file.organization_id = $1 and file.trashed_at is null and file.kind in ('image', 'video')`
  const id = [organizationId]
  await client.query('delete from timeline_day where organization_id = $1', id)
  await client.query('delete from timeline_change where organization_id = $1', id)
  await client.query('delete from timeline_folder_month where organization_id = $1', id)
  await client.query('delete from timeline_folder_change where organization_id = $1', id)
  await client.query(
    `insert into timeline_day (organization_id, day, kind, count)
     select organization_id, local_at::date, kind, count(*) from file where ${isShown} group by 1, 2, 3`,
    id,
  )
  await client.query(
    `insert into timeline_folder_change (organization_id, folder_id, created_by, kind, day, change)
     select file.organization_id, coalesce(resource.parent_id, file.organization_id), file.created_by, file.kind,
       file.local_at::date, count(*)
     from file join resource on resource.id = file.id where ${isShown} group by 1, 2, 3, 4, 5`,
    id,
  )
  await client.query('select fold_timeline_folders()')
}
