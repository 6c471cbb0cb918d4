import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import { askForSteps } from '../../src/domain/media/steps/asking.ts'
import { mediaTasks } from '../../src/domain/media/tasks.ts'
import { createRenderer, useRenderer } from '../../src/domain/media/index.ts'
import type { UserActor } from '../../src/platform/actor.ts'
import { inTransaction } from '../../src/platform/db/index.ts'
import { createJobs, startWorkers, type Jobs } from '../../src/platform/jobs/index.ts'
import { makeOrganization, makeUser } from '../make.ts'
import { jpeg } from '../media/make.ts'
import { startTestPlatform, type TestPlatform } from '../platform.ts'
import { makeStoredFile } from '../stored.ts'

const STARTS_WITHIN_MS = 15_000
const API_PROCESSES = 3

/**
 * F5: one organization asks for much at once, through several API processes; what another asks for then is begun
 * within 15 s: its new file, and each later step of it.
 */
export async function oneAmongMany(many: number): Promise<void> {
  const t = await startTestPlatform({ WORKER_CONCURRENCY: '2' })
  const { log } = t.platform
  const apis = await Promise.all(
    Array.from({ length: API_PROCESSES }, () => createJobs({ connectionString: t.config.databaseUrl, log })),
  )
  const renderer = createRenderer(t.platform)
  useRenderer(t.platform, renderer)
  let workers: Awaited<ReturnType<typeof startWorkers>> | undefined
  try {
    const uploader = await makeUser(t.platform)
    const [a, b] = await Promise.all([makeOrganization(t.platform, uploader), makeOrganization(t.platform, uploader)])
    for (let n = 0; n < many; n++) await add(t, apis[n % API_PROCESSES], { organizationId: a.id, uploader, n })
    workers = await startWorkers(t.platform, mediaTasks, { connectionString: t.config.databaseUrl, log, slots: 2 })
    await delay(1_000)
    const { blobId } = await add(t, apis[0], { organizationId: b.id, uploader, n: many })
    const askedAt = Date.now()
    await untilAllBegun(t, blobId, askedAt)
    const open = await t.platform.db
      .selectFrom('step')
      .select('blob_id')
      .where('organization_id', '=', a.id)
      .where('status', 'in', ['waiting', 'running'])
      .execute()
    assert.ok(open.length > 0, 'the others have not all been done: it did not wait for them')
  } finally {
    await workers?.stop()
    renderer.close()
    await Promise.all(apis.map((jobs) => jobs.close()))
    await t.stop()
  }
}

type About = { organizationId: string; uploader: UserActor; n: number }

/** A photograph as an upload leaves it, with its later steps asked for besides: both kinds of work wait. */
async function add({ platform }: TestPlatform, jobs: Jobs | undefined, { organizationId, uploader, n }: About) {
  assert.ok(jobs)
  const bytes = await jpeg({ widthPixels: 640, heightPixels: 480, seed: `${n}` })
  const own = { ...platform, jobs }
  const file = await makeStoredFile(own, { organizationId, uploader, name: `${n}.jpg`, bytes })
  const subject = { blobId: file.blobId, organizationId, mediaType: 'image/jpeg' }
  await inTransaction(platform.db, (tx) => askForSteps(tx, jobs, subject))
  return file
}

async function untilAllBegun({ platform }: TestPlatform, blobId: string, askedAt: number): Promise<void> {
  for (;;) {
    const steps = await platform.db
      .selectFrom('step')
      .select(['name', 'began_at', 'status'])
      .where('blob_id', '=', blobId)
      .execute()
    const late = steps.filter(({ began_at: began, status }) => began === null && status === 'waiting')
    if (steps.some(({ name }) => name === 'variants') && late.length === 0) return
    const names = late.map(({ name }) => name).join(', ')
    assert.ok(Date.now() - askedAt < STARTS_WITHIN_MS, `not begun within ${STARTS_WITHIN_MS} ms: ${names}`)
    await delay(50)
  }
}
