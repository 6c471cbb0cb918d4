import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { openWorld, quotaOf, type World } from '../../../test/tenant.ts'
import { purgeNow } from '../../../test/purge.ts'
import { sha256Of } from '../../../test/tus.ts'
import type { CrashPoint } from '../../platform/objects/crash-point.ts'
import { recount } from './recount/operations.ts'
import { sweep } from './sweep.ts'

const MAIN = fileURLToPath(new URL('../../main.ts', import.meta.url))
const POINTS: readonly CrashPoint[] = ['sweep-before-commit', 'sweep-after-commit', 'sweep-object-gone']

describe('a sweep that dies', () => {
  let world: World
  before(async () => {
    world = await openWorld({ TRASH_DAYS: '0' })
  })
  after(() => world.t.stop())

  /** A sweep in a process of its own, which dies at the point; resolves with the signal that ended it. */
  async function sweepAndDie(point: CrashPoint): Promise<NodeJS.Signals | null> {
    const { databaseUrl, dataFolder } = world.t.config
    const child = spawn(process.execPath, [MAIN, 'sweep'], {
      stdio: 'ignore',
      env: {
        ...process.env,
        NODE_ENV: 'test',
        LOG_LEVEL: 'silent',
        TROVE_DATA: dataFolder,
        DATABASE_URL: databaseUrl,
        SWEEP_GRACE_MINUTES: '0',
        TROVE_CRASH_AT: point,
      },
    })
    const [, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
    return signal
  }

  async function keptKeys(): Promise<string[]> {
    const keys: string[] = []
    for await (const { key } of world.t.platform.objects.list()) keys.push(key)
    return keys.sort()
  }

  for (const point of POINTS)
    test(`at ${point} leaves only what the next sweep removes`, { timeout: 60_000 }, async () => {
      const tenant = await world.makeTenant()
      const { tus, organizationId } = tenant
      const bytes = randomBytes(3_000)
      const kept = await tus.create({ length: bytes.length, organizationId }, bytes)
      const untouched = await keptKeys()
      for (const size of [100, 200, 300]) {
        const gone = await tus.create({ length: size, organizationId }, randomBytes(size))
        const fileId = String(gone.headers['trove-file-id'])
        await tus.send('DELETE', `/api/files/${fileId}`)
      }
      await purgeNow(world.t)
      assert.equal(await sweepAndDie(point), 'SIGKILL')
      assert.ok((await keptKeys()).length > untouched.length, 'it died before it was through')

      const { missing } = await sweep(world.t.platform, { graceMs: 0 })
      assert.deepEqual([missing, await keptKeys()], [[], untouched])
      const content = await tus.content(String(kept.headers['trove-file-id']))
      assert.equal(sha256Of(content.body), sha256Of(bytes))
      assert.deepEqual(await quotaOf(world, tenant), { used: 3_000, reserved: 0, files: 1 })
      assert.deepEqual((await recount(world.t.platform)).differences, [])
    })
})
