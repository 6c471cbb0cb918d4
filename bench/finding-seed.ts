import pg from 'pg'
import type { Seeded } from './access-seed.ts'

const AT_ONCE = 20_000
const WORDS =
  'beach harbour wedding report invoice plan meeting forest winter summer garden portrait family studio draft final review scan contract poster'

/**
 * Names, cameras, days, places, tags, descriptions and texts for a seeded crowd of files, and then their rows in the
 * search table. Of each thing something is in many files and something in few; `needle` is in ten names, ten
 * descriptions and ten texts.
 */
export async function seedWords(databaseUrl: string, { organizationId, people }: Seeded): Promise<{ tagId: string }> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await client.query('begin')
    await client.query(`set local session_replication_role = replica; set local statement_timeout = 0`)
    await client.query("set local work_mem = '256MB'; set local maintenance_work_mem = '512MB'")
    await client.query('create temporary table numbered (n bigint, id uuid, version_id uuid) on commit drop')
    await client.query(
      `insert into numbered select row_number() over (order by id), id, current_version_id from file where organization_id = $1`,
      [organizationId],
    )
    await client.query(`create temporary table word_list on commit drop as
      select row_number() over () as w, word from unnest(string_to_array('${WORDS}', ' ')) as word`)
    await withoutIndexes(client, 'file', async () => {
      for (const statement of FILLED) await client.query(statement, [organizationId])
    })
    const { rows } = await client.query(
      `insert into tag (id, organization_id, name, created_by) select gen_random_uuid(), $1, 'Topic ' || n, $2
       from generate_series(1, 200) as n returning id`,
      [organizationId, people.owner],
    )
    await client.query(
      `insert into file_tag (file_id, tag_id, organization_id)
       select numbered.id, ($2::uuid[])[1 + (n * n) % 200], $1 from numbered where n % 4 = 0`,
      [organizationId, rows.map(({ id }) => id as string)],
    )
    await client.query('commit')
    await client.query("set statement_timeout = 0; set maintenance_work_mem = '512MB'")
    await withoutIndexes(client, 'finding', async () => {
      const ids = await client.query('select id from file where organization_id = $1 order by id', [organizationId])
      const all = ids.rows.map(({ id }) => id as string)
      const half = Math.ceil(all.length / 2)
      await Promise.all([all.slice(0, half), all.slice(half)].map((some) => renew(databaseUrl, some)))
      const words = await client.query(
        'select renew_document_words(blob_id) from (select distinct blob_id from document_text) as read',
      )
      if (words.rowCount === 0) throw new Error('no text was read')
    })
    await client.query('vacuum analyze')
    return { tagId: rows[7]?.id as string }
  } finally {
    await client.end()
  }
}

/** Made at the end, an index costs less than kept while a million rows are written. */
async function withoutIndexes(client: pg.Client, table: string, fill: () => Promise<void>): Promise<void> {
  const { rows } = await client.query<{ name: string; made: string }>(
    `select indexname as name, indexdef as made from pg_indexes
     where tablename = $1 and indexdef not like 'CREATE UNIQUE%'`,
    [table],
  )
  for (const { name } of rows) await client.query(`drop index ${name}`)
  await fill()
  for (const { made } of rows) await client.query(made)
}

async function renew(databaseUrl: string, fileIds: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await client.query('set statement_timeout = 0')
    for (let at = 0; at < fileIds.length; at += AT_ONCE)
      await client.query('select renew_findings($1::uuid[])', [fileIds.slice(at, at + AT_ONCE)])
  } finally {
    await client.end()
  }
}

const word = (of: string) => `(select word from word_list where w = 1 + (${of}) % 20)`

const FILLED = [
  `update file set
     name = case when n % 3 = 0 then 'IMG_' || lpad(n::text, 7, '0') || '.jpg'
       else ${word('n * 7')} || ' ' || ${word('n * n / 11')} || ' ' || (2010 + n % 15) || case when n % 100000 = 5 then ' needle' else '' end || '.jpg' end,
     kind = case when n % 100 = 50 then 'document' when n % 10 = 1 then 'video' else 'image' end,
     camera = case when n % 5 = 0 then null when n % 1000 = 1 then 'LEICA M' || n % 40 else 'NIKON D' || n % 30 end,
     latitude = case when n % 3 = 0 then 40 + (n * 13 % 3000) / 100.0 end,
     longitude = case when n % 3 = 0 then -10 + (n * 17 % 4000) / 100.0 end,
     description = case when n % 100000 = 77 then 'A needle in words' when n % 20 = 3 then ${word('n / 3')} || ' at the ' || ${word('n / 5')} else '' end,
     happened_at = timestamptz '2010-01-01' + (n * 7919 % 5000) * interval '1 day'
   from numbered where numbered.id = file.id and $1::uuid is not null`,
  `update version set size_bytes = 1000 * (1 + n * 31 % 20000), width_pixels = 1000 + n % 5000, height_pixels = 1000 + n * 7 % 4000
   from numbered where numbered.version_id = version.id and $1::uuid is not null`,
  `insert into document_text (blob_id, number, organization_id, content)
   select version.blob_id, page, $1, case when n % 100000 = 50 and page = 2 then 'here is the needle that one looks for ' else '' end
     || (select string_agg(word || ' ' || (n * w) % 5000, ' ') from word_list)
   from numbered join version on version.id = numbered.version_id cross join generate_series(1, 3) as page where n % 100 = 50`,
]
