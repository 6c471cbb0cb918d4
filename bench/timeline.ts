import pg from 'pg'
import { image } from '../server/test/media/make.ts'
import { withTrove } from '../server/test/load.ts'
import { quantile, signUp, until, type Person } from '../server/test/server.ts'
import { pathOf } from '../server/test/tus.ts'
import { benchPage } from './timeline-page.ts'
import { seedTimeline, type Watchers } from './timeline-seed.ts'
import type { Line } from './uploads.ts'

const COUNT = 1_000_000
const ROUNDS = 20
/** What a person waits for. */
const OPENS_WITHIN_MS = 300
const WITHIN_MS = 120_000

export type Rig = Record<'owner' | keyof Watchers, Person>

/** Opening, scrolling and scrubbing a timeline of a million files with 20,000 in one month, and what it asks the API for. */
export function benchTimeline(): Promise<Line[]> {
  return withTrove(['api', 'worker'], async ({ api, databaseUrl }) => {
    const rig = await prepareTimeline(api.origin, databaseUrl, COUNT)
    const { owner, half } = rig
    return [
      ...(await benchApi(rig)),
      ...(await benchPage(api.origin, owner, WHO.owner)),
      ...(await benchPage(api.origin, half, WHO.half)),
    ]
  })
}

/** Twelve photographs with all that is made of them, of which the seeded files are copies. */
export async function prepareTimeline(origin: string, databaseUrl: string, count: number): Promise<Rig> {
  const rig: Rig = {
    owner: await signUp(origin),
    half: await signUp(origin),
    hundredth: await signUp(origin),
    few: await signUp(origin),
  }
  const { owner, ...watchers } = rig
  const fileIds: string[] = []
  for (let n = 0; n < 12; n++) fileIds.push(await upload(owner, n))
  const isReady = async (fileId: string) => {
    const variants = (await owner.send('GET', `/api/files/${fileId}`)).json()['variants'] as unknown[]
    return variants.length >= 3
  }
  for (const fileId of fileIds) if (!(await until(() => isReady(fileId), WITHIN_MS))) throw new Error('not processed')
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  for (const { userId, organizationId } of Object.values(watchers)) {
    await client.query("insert into organization_member (organization_id, user_id, role) values ($1, $2, 'member')", [
      owner.organizationId,
      userId,
    ])
    // They have one organization, so that this is the one they see.
    await client.query('delete from organization_member where organization_id = $1', [organizationId]).catch(() => 0)
  }
  await client.end()
  const ids = Object.fromEntries(Object.entries(watchers).map(([name, { userId }]) => [name, userId])) as Watchers
  const { organizationId, userId: ownerId } = owner
  await seedTimeline({ databaseUrl, organizationId, ownerId, watchers: ids, fileIds, count })
  return rig
}

async function upload({ tus, organizationId }: Person, n: number): Promise<string> {
  const sizes = [
    [1200, 800],
    [800, 1200],
    [1200, 900],
    [1600, 900],
  ] as const
  const [widthPixels, heightPixels] = sizes[n % sizes.length] ?? sizes[0]
  const bytes = await image('jpeg', { widthPixels, heightPixels, seed: n })
  const path = pathOf(await tus.create({ length: bytes.length, organizationId, filename: `p${n}.jpg` }))
  let fileId = (await tus.patch(path, 0, bytes)).headers['trove-file-id']
  await until(async () => {
    fileId ??= (await tus.head(path)).headers['trove-file-id']
    return fileId !== undefined
  }, WITHIN_MS)
  return String(fileId)
}

async function benchApi(rig: Rig): Promise<Line[]> {
  const lines: Line[] = []
  const { organizationId } = rig.owner
  const asked = {
    'how many on each day': '',
    'the first 60 files': '/files?limit=60',
    '100 files of 2009': '/files?limit=100&until=2009-06-15',
    'the shapes of a month of 20,000': '/boxes?month=2024-07',
  }
  for (const [who, person] of Object.entries(rig)) {
    for (const [what, path] of Object.entries(asked)) {
      const taken: number[] = []
      for (let round = 0; round < ROUNDS; round++) {
        const startedAt = performance.now()
        const reply = await person.send('GET', `/api/organizations/${organizationId}/timeline${path}`)
        if (reply.status !== 200) throw new Error(`${who}: ${reply.status} ${reply.body.toString()}`)
        taken.push(performance.now() - startedAt)
      }
      lines.push(
        line(
          `${what} for ${WHO[who as keyof Rig]}, p95 (p50 ${quantile(taken, 0.5).toFixed(0)} ms)`,
          quantile(taken, 0.95),
        ),
      )
    }
  }
  return lines
}

const WHO: Record<keyof Rig, string> = {
  owner: 'an owner',
  half: 'a member who sees 1 in 2',
  hundredth: 'a member who sees 1 in 100',
  few: `a member who sees ${10}`,
}

const line = (name: string, value: number): Line => ({
  name,
  value,
  limit: OPENS_WITHIN_MS,
  ratio: value / OPENS_WITHIN_MS,
  unit: 'ms',
})
