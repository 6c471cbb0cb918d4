import pg from 'pg'
import { countTimeline } from '../server/test/seed.ts'

/** People by how much of the timeline they see. */
export type Watchers = { half: string; hundredth: string; few: string }

export type Timeline = {
  databaseUrl: string
  organizationId: string
  ownerId: string
  watchers: Watchers
  /** Files that were uploaded and processed: what is seeded has their bytes, and so their thumbnails. */
  fileIds: readonly string[]
  count: number
}

/** So many of all happened in July 2024, and a quarter of those in one instant. */
const IN_ONE_MONTH = 20_000
const YEARS = 20
const FOLDERS = 100
const FEW = 10

/**
 * A timeline of twenty years, more of it in the later ones. What is granted comes by folders, and to one member by
 * files; what each grant comes to is written out as the program would.
 */
export async function seedTimeline(about: Timeline): Promise<void> {
  const { organizationId, ownerId, watchers, fileIds, count } = about
  const client = new pg.Client({ connectionString: about.databaseUrl })
  await client.connect()
  try {
    await client.query('begin')
    // Keys and triggers would be asked many million times; the rows are right by construction.
    await client.query('set local session_replication_role = replica; set local statement_timeout = 0')
    await client.query("select setseed(0.5); set local work_mem = '256MB'")
    await client.query('create temporary table seed_of (organization_id uuid, owner_id uuid) on commit drop')
    await client.query('insert into seed_of values ($1, $2)', [organizationId, ownerId])
    await client.query(PICTURES, [fileIds])
    for (const statement of statements(count)) await client.query(statement)
    await grant(client, 'folder', `n <= ${FOLDERS / 2}`, watchers.half)
    await grant(client, 'folder', `n = ${FOLDERS}`, watchers.hundredth)
    await grant(client, 'file', `n % ${Math.floor(count / FEW)} = 7`, watchers.few)
    await countTimeline(client, organizationId)
    await client.query('commit')
    await client.query('vacuum analyze')
  } finally {
    await client.end()
  }
}

const idOf = (n: string) => `(
  lpad(to_hex((extract(epoch from now()) * 1000)::bigint - (${n}) * 10), 12, '0') || '7' ||
  substr(md5(random()::text), 1, 3) || '8' || substr(md5(random()::text), 1, 15))::uuid`

const PICTURES = `
  create temporary table seed_picture on commit drop as
  select row_number() over () as n, version.blob_id, version.media_type, version.size_bytes, version.sha256,
    version.width_pixels, version.height_pixels, version.blur, version.variants
  from file join version on version.id = file.current_version_id where file.id = any($1::uuid[])`

const statements = (count: number): string[] => [
  `create temporary table seed_folder on commit drop as
   select n, ${idOf(`${count} + ${FOLDERS} - n`)} as id from generate_series(1, ${FOLDERS}) as n`,
  `insert into resource (id, organization_id, kind, created_by)
   select id, organization_id, 'folder', owner_id from seed_folder cross join seed_of`,
  `insert into folder (id, organization_id, created_by, name)
   select id, organization_id, owner_id, 'Folder ' || n from seed_folder cross join seed_of`,
  `create temporary table seed_file on commit drop as
   select n, ${idOf(`${count} - n`)} as id, ${idOf(`${count} - n`)} as version_id, 1 + n % ${FOLDERS} as folder,
     1 + (n * 7919) % (select count(*) from seed_picture) as picture,
     case
       when n <= ${IN_ONE_MONTH / 4} then timestamptz '2024-07-14 12:00Z'
       when n <= ${IN_ONE_MONTH} then timestamptz '2024-07-01 00:00Z' + (n * 131 % 2678400) * interval '1 second'
       else timestamptz '2024-06-30 23:00Z' - power(random(), 1.6) * ${YEARS} * 365 * interval '1 day'
     end as happened_at
   from generate_series(1, ${count}::bigint) as n`,
  'create unique index on seed_file (n)',
  'analyze seed_file; analyze seed_folder; analyze seed_picture',
  `insert into resource (id, organization_id, kind, parent_id, created_by)
   select seed_file.id, organization_id, 'file', seed_folder.id, owner_id
   from seed_file join seed_folder on seed_folder.n = folder cross join seed_of`,
  `insert into file (id, organization_id, created_by, name, kind, current_version_id, happened_at, happened_from, camera,
     latitude, longitude)
   select id, organization_id, owner_id, 'IMG_' || lpad(n::text, 7, '0') || '.jpg', 'image', version_id, happened_at, 'camera',
     (array['Canon EOS R5', 'Apple iPhone 15', 'Sony A7'])[1 + n % 4],
     case when n % 3 = 0 then -50 + 110 * random() end, case when n % 3 = 0 then -170 + 340 * random() end
   from seed_file cross join seed_of`,
  `insert into version (id, file_id, number, blob_id, media_type, size_bytes, sha256, width_pixels, height_pixels, blur,
     variants, status, created_by)
   select version_id, id, 1, blob_id, media_type, size_bytes, sha256, width_pixels, height_pixels, blur, variants, 'ready', owner_id
   from seed_file join seed_picture on seed_picture.n = picture cross join seed_of`,
]

async function grant(client: pg.Client, what: 'folder' | 'file', which: string, userId: string): Promise<void> {
  await client.query(
    `with given as (
       insert into "grant" (id, organization_id, resource_id, user_id, rights, created_by)
       select ${idOf('0')}, organization_id, seed_${what}.id, $1::uuid, 5, owner_id
       from seed_${what} cross join seed_of where ${which} returning *
     ), direct as (
       insert into reach (organization_id, resource_id, principal_id, grant_id, is_direct)
       select organization_id, resource_id, user_id, id, true from given
     )
     insert into reach (organization_id, resource_id, principal_id, grant_id)
     select given.organization_id, below.id, given.user_id, given.id
     from given join resource as below on below.parent_id = given.resource_id`,
    [userId],
  )
}
