import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { sweep } from '../../src/domain/storage/index.ts'
import type { UserActor } from '../../src/platform/actor.ts'
import { makeOrganization, makeUser } from '../make.ts'
import { jpeg } from '../media/make.ts'
import { startTestPlatform, type TestPlatform } from '../platform.ts'
import { makeStoredFile, untilSettled, untilStepsEnd } from '../stored.ts'

const SCRIPT = fileURLToPath(new URL('worker-process.ts', import.meta.url))
const SETTLED_WITHIN_MS = 60_000
const FILES_A_KILL = 3

/** As often as the queue tries, and no more: being killed counts. */
const MOST_ATTEMPTS = 6

/**
 * A10: the worker is killed again and again while it processes. Every file ends ready or failed within 60 s of the
 * last kill, and so does every step of it, with exactly one set of what they make and a bounded number of attempts; what
 * was left lying is found by the sweep.
 */
export async function killWorkers(kills: number): Promise<void> {
  const t = await startTestPlatform()
  const uploader = await makeUser(t.platform)
  const { id: organizationId } = await makeOrganization(t.platform, uploader)
  try {
    for (let kill = 0; kill < kills; kill++) {
      const worker = await startProcess(t)
      await addFiles(t, organizationId, uploader, kill)
      await new Promise((resolve) => setTimeout(resolve, 100 + ((kill * 397) % 1500)))
      worker.kill('SIGKILL')
      await once(worker, 'exit')
    }
    const last = await startProcess(t)
    const killedAt = Date.now()
    const versions = await untilSettled(t.platform, organizationId, SETTLED_WITHIN_MS)
    await untilStepsEnd(t.platform, killedAt + SETTLED_WITHIN_MS - Date.now())
    await stop(last)
    assert.equal(versions.length, kills * FILES_A_KILL)
    assert.deepEqual(
      versions.filter(({ status }) => status !== 'ready'),
      [],
    )
    await assertOneSetEach(t)
  } finally {
    await t.stop()
  }
}

async function startProcess(t: TestPlatform): Promise<ChildProcess> {
  const worker = spawn(process.execPath, [SCRIPT, t.config.dataFolder, t.config.databaseUrl], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  await once(worker, 'message')
  return worker
}

async function stop(worker: ChildProcess): Promise<void> {
  const began = performance.now()
  worker.kill('SIGTERM')
  await once(worker, 'exit')
  assert.ok(performance.now() - began < 8_000, 'the worker stops within 8 s')
}

async function addFiles(
  { platform }: TestPlatform,
  organizationId: string,
  uploader: UserActor,
  kill: number,
): Promise<void> {
  for (let i = 0; i < FILES_A_KILL; i++) {
    const bytes = await jpeg({ widthPixels: 1600, heightPixels: 1200, seed: `${kill}-${i}` })
    await makeStoredFile(platform, { organizationId, uploader, name: `${kill}-${i}.jpg`, bytes })
  }
}

async function assertOneSetEach({ platform }: TestPlatform): Promise<void> {
  const steps = await platform.db.selectFrom('step').select(['blob_id', 'name', 'status', 'attempts']).execute()
  assert.deepEqual(
    steps.filter(({ status, attempts }) => (status !== 'done' && status !== 'skipped') || attempts > MOST_ATTEMPTS),
    [],
  )
  const rows = await platform.db
    .selectFrom('blob')
    .innerJoin('variant', 'variant.blob_id', 'blob.id')
    .select(['blob.id', 'variant.name', 'variant.media_type as mediaType', 'variant.number'])
    .execute()
  const sets = Map.groupBy(rows, ({ id }) => id)
  const wordsOf = (id: string, set: typeof rows) => [
    // Whether AVIF pays is up to the picture: at most once each is all that is asked.
    ...set
      .filter(({ mediaType }) => mediaType !== 'image/avif')
      .map(({ name, mediaType, number }) => `${name} ${mediaType} ${number}`),
    ...steps.filter(({ blob_id: of }) => of === id).map(({ name }) => name),
  ]
  const perName = Map.groupBy(rows, ({ id, name, mediaType, number }) => `${id} ${name} ${mediaType} ${number}`)
  assert.ok([...perName.values()].every(({ length }) => length === 1))
  const words = [...sets].map(([id, set]) => wordsOf(id, set).toSorted().join(', '))
  assert.deepEqual([...new Set(words)], [words[0]], 'every photograph has the same set, made once')
  assert.ok(words[0]?.includes('thumbnail') === true && words[0].includes('large'))
  const blobs = await platform.db.selectFrom('blob').select('id').execute()
  assert.equal(sets.size, blobs.length)
  const swept = await sweep(platform, { graceMs: 0 })
  assert.deepEqual(swept.missing, [])
  assert.equal(swept.objectsKept, blobs.length + rows.length)
}
