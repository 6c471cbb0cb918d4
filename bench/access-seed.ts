import pg from 'pg'

export type Crowd = { files: number; users: number; teams: number; grants: number }

/** People of the crowd by what share of the files they can see. */
export const viewers = ['owner', 'half', 'hundredth', 'few', 'none', 'guest', 'ordinary'] as const
export type Viewer = (typeof viewers)[number]

export type Seeded = { organizationId: string; people: Record<Viewer, string> }

/** Folders in two layers, and how many files the person `few` can see. */
const AREAS = 100
const FOLDERS = 1_000
const FEW = 10

/**
 * One organization full of people, teams, files in folders, and grants; what each grant comes to is written out as the
 * program would. The organization and the people named must be there already, with `owner` its only member.
 */
export async function seedCrowd(databaseUrl: string, seeded: Seeded, crowd: Crowd): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await client.query('begin')
    // Keys and triggers would be asked many million times; the rows are right by construction.
    await client.query('set local session_replication_role = replica; set local statement_timeout = 0')
    await client.query("select setseed(0.5); set local work_mem = '256MB'")
    const { organizationId, people } = seeded
    await client.query('create temporary table seed_of (organization_id uuid, owner_id uuid) on commit drop')
    await client.query('insert into seed_of values ($1, $2)', [organizationId, people.owner])
    const named = viewers.filter((viewer) => viewer !== 'owner')
    await client.query('create temporary table seed_user (n bigint primary key, id uuid, role text) on commit drop')
    for (const [index, viewer] of named.entries())
      await client.query('insert into seed_user values ($1, $2, $3)', [-index, people[viewer], roleOf(viewer)])
    for (const statement of statements(crowd)) await client.query(statement)
    for (const viewer of named) await client.query(grantsOf(viewer, crowd), [people[viewer]])
    for (const statement of SPREAD) await client.query(statement)
    await client.query('commit')
    await client.query('vacuum analyze')
  } finally {
    await client.end()
  }
}

const roleOf = (viewer: Viewer) => (viewer === 'guest' ? 'guest' : 'member')

/** A UUIDv7 of `seconds` ago. */
const idOf = (seconds: string) => `(
  lpad(to_hex((extract(epoch from now()) * 1000)::bigint - (${seconds}) * 1000), 12, '0') || '7' ||
  substr(md5(random()::text), 1, 3) || '8' || substr(md5(random()::text), 1, 15))::uuid`

const pick = (below: number) => `(1 + floor(random() * ${below}))::bigint`

const VARIANTS = JSON.stringify([
  { name: 'thumbnail', mediaType: 'image/webp', widthPixels: 200, heightPixels: 133, sizeBytes: 5000 },
  { name: 'medium', mediaType: 'image/webp', widthPixels: 800, heightPixels: 533, sizeBytes: 50_000 },
])

function statements({ files, users, teams, grants }: Crowd): string[] {
  return [
    `insert into seed_user select n, ${idOf('n')}, case when n % 20 = 0 then 'guest' else 'member' end from generate_series(1, ${users}) as n`,
    `insert into "user" (id, email, name, password_hash)
     select id, id || '@example.org', 'User ' || n, 'none' from seed_user where n > 0`,
    `insert into organization_member (organization_id, user_id, role)
     select organization_id, id, role from seed_user cross join seed_of`,

    `create temporary table seed_team on commit drop as select n, ${idOf('n')} as id from generate_series(1, ${teams}) as n`,
    `insert into team (id, organization_id, name, created_by)
     select id, organization_id, 'Team ' || n, owner_id from seed_team cross join seed_of`,
    `insert into team_member (team_id, organization_id, user_id)
     select distinct seed_team.id, seed_of.organization_id, seed_user.id
     from (select ${pick(teams)} as team, ${pick(users)} as person from generate_series(1, ${users * 2})) as pair
     join seed_team on seed_team.n = pair.team join seed_user on seed_user.n = pair.person cross join seed_of`,

    `create temporary table seed_folder on commit drop as
     select n, case when n > ${AREAS} then 1 + n % ${AREAS} end as area, ${idOf(`${files} + 10000 - n`)} as id
     from generate_series(1, ${AREAS + FOLDERS}) as n`,
    `insert into resource (id, organization_id, kind, parent_id, created_by)
     select seed_folder.id, organization_id, 'folder', area.id, owner_id
     from seed_folder left join seed_folder as area on area.n = seed_folder.area cross join seed_of`,
    `insert into folder (id, organization_id, created_by, name)
     select id, organization_id, owner_id, 'Folder ' || n from seed_folder cross join seed_of`,

    `create temporary table seed_file on commit drop as
     select n, ${idOf(`${files} - n`)} as id, ${idOf(`${files} - n`)} as version_id, ${idOf(`${files} - n`)} as blob_id,
       ${AREAS} + 1 + (n::bigint * 7919) % ${FOLDERS} as folder, ${pick(users)} as maker
     from generate_series(1, ${files}) as n`,
    'create unique index on seed_file (n)',
    'create index on seed_file (folder)',
    'analyze seed_file; analyze seed_user; analyze seed_team; analyze seed_folder',
    `insert into blob (id, organization_id, sha256, size_bytes, media_type, object_key)
     select blob_id, organization_id, sha256(blob_id::text::bytea), 1000, 'image/jpeg', 'photos/seeded/' || blob_id
     from seed_file cross join seed_of`,
    `insert into resource (id, organization_id, kind, parent_id, created_by)
     select seed_file.id, organization_id, 'file', seed_folder.id, seed_user.id
     from seed_file join seed_folder on seed_folder.n = folder join seed_user on seed_user.n = maker cross join seed_of`,
    `insert into file (id, organization_id, created_by, name, kind, current_version_id, created_at)
     select seed_file.id, organization_id, seed_user.id, 'IMG_' || lpad(seed_file.n::text, 7, '0') || '.jpg', 'image', version_id,
       now() - make_interval(secs => ${files} - seed_file.n)
     from seed_file join seed_user on seed_user.n = maker cross join seed_of`,
    `insert into version (id, file_id, number, blob_id, media_type, size_bytes, sha256, width_pixels, height_pixels, blur, variants, status, created_by)
     select version_id, seed_file.id, 1, blob_id, 'image/jpeg', 1000, sha256(blob_id::text::bytea), 6000, 4000,
       decode(repeat('52494646', 30), 'hex'), '${VARIANTS}', 'ready', seed_user.id
     from seed_file join seed_user on seed_user.n = maker`,

    // Each team has a folder; all else is given file by file, two of three to a person, some for a time that is over.
    `insert into "grant" (id, organization_id, resource_id, team_id, rights, created_by)
     select ${idOf('seed_folder.n')}, organization_id, seed_folder.id, seed_team.id, 5, owner_id
     from seed_folder join seed_team on seed_team.n = 1 + seed_folder.n % ${teams} cross join seed_of where seed_folder.n > ${AREAS}`,
    `insert into "grant" (id, organization_id, resource_id, user_id, team_id, rights, expires_at, created_by)
     select ${idOf('k')}, organization_id, seed_file.id,
       case when k % 3 > 0 then seed_user.id end, case when k % 3 = 0 then seed_team.id end,
       (array[1, 3, 5, 7, 13, 31])[1 + k % 6],
       case when k % 20 = 0 then now() - interval '1 day' when k % 20 < 4 then now() + interval '1 year' end, owner_id
     from (select k, ${pick(files)} as file, ${pick(users)} as person, ${pick(teams)} as team
           from generate_series(1, ${grants - FOLDERS}) as k) as given
     join seed_file on seed_file.n = given.file join seed_user on seed_user.n = given.person
     join seed_team on seed_team.n = given.team cross join seed_of
     on conflict do nothing`,
  ]
}

/** What one person of the list above can see besides. `$1`: their id. */
function grantsOf(viewer: Viewer, { files, teams }: Crowd): string {
  const toTheirTeam = (team: number, from: string) =>
    `with theirs as (
       insert into team_member (team_id, organization_id, user_id)
       select seed_team.id, organization_id, $1::uuid from seed_team cross join seed_of where n between ${team} and ${team + 9} returning team_id
     )
     insert into "grant" (id, organization_id, resource_id, team_id, rights, created_by)
     select ${idOf('0')}, organization_id, given.id, seed_team.id, 7, owner_id
     from (${from}) as given (id, part) join seed_team on seed_team.n = ${team} + part % 10 cross join seed_of
     on conflict do nothing`
  switch (viewer) {
    case 'half':
      return toTheirTeam(1, `select id, n from seed_folder where n <= ${AREAS / 2}`)
    case 'hundredth':
      return toTheirTeam(11, `select id, n / 97 from seed_file where n % 100 = 7`)
    case 'guest':
      return toTheirTeam(21, `select id, n / 997 from seed_file where n % 1000 = 7`)
    case 'few':
      return `insert into "grant" (id, organization_id, resource_id, user_id, rights, created_by)
        select ${idOf('0')}, organization_id, seed_file.id, $1::uuid, 5, owner_id
        from seed_file cross join seed_of where n % ${Math.floor(files / FEW)} = 3 on conflict do nothing`
    case 'ordinary':
      return `insert into team_member (team_id, organization_id, user_id)
        select id, organization_id, $1::uuid from seed_team cross join seed_of where n in (${Math.floor(teams / 2)}, ${teams - 5})`
    default:
      return 'select where $1::uuid is null'
  }
}

/** Layer by layer: on the thing itself, on what lies in it, and on what lies in that. */
const SPREAD = [
  `insert into reach (organization_id, resource_id, principal_id, grant_id, is_direct)
   select organization_id, resource_id, principal_id, id, true from "grant" where organization_id = (select organization_id from seed_of)`,
  ...['first', 'second'].map(
    () => `insert into reach (organization_id, resource_id, principal_id, grant_id)
   select reach.organization_id, below.id, reach.principal_id, reach.grant_id
   from reach join resource as below on below.parent_id = reach.resource_id
   where reach.organization_id = (select organization_id from seed_of) on conflict do nothing`,
  ),
]
