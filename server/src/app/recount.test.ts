import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { openWorld, quotaOf, type World } from '../../test/tenant.ts'
import { runRecount } from './recount.ts'
import { runSweep } from './sweep.ts'

describe('keeping from the command line', () => {
  let world: World
  before(async () => {
    world = await openWorld()
  })
  after(() => world.t.stop())

  async function recounted(...words: string[]): Promise<{ code: number; said: string }> {
    const lines: string[] = []
    const code = await runRecount(world.t.config, words, (line) => lines.push(line))
    return { code, said: lines.join('\n') }
  }

  test('recount tells what is wrong and changes nothing, and puts it right with --fix; its exit code is true', async () => {
    const tenant = await world.makeTenant()
    const { tus, organizationId } = tenant
    await tus.create({ length: 10, organizationId }, randomBytes(10))
    assert.deepEqual(await recounted(), { code: 0, said: 'The quota of each of 1 organizations is right.' })
    await world.t.platform.db.updateTable('quota').set({ used_bytes: 7, file_count: 3 }).execute()
    const wrong = await recounted()
    assert.equal(wrong.code, 1)
    assert.match(wrong.said, new RegExp(`${organizationId}: \\+3 bytes used, -2 files\n1 of 1 are wrong. Nothing was`))
    assert.equal((await recounted()).code, 1)
    assert.equal((await recounted('--fix')).code, 0)
    assert.deepEqual(await quotaOf(world, tenant), { used: 10, reserved: 0, files: 1 })
    assert.equal((await recounted()).code, 0)
    assert.equal((await recounted('--fixx')).code, 2)
  })

  test('a dry run of the sweep counts what the sweep then removes', async () => {
    const { tus, organizationId } = await world.makeTenant()
    await tus.create({ length: 30, organizationId })
    await world.t.platform.db
      .updateTable('upload')
      .set({ expires_at: new Date(0) })
      .where('status', '=', 'pending')
      .execute()
    const counted = await runSweep(world.t.config, { graceMs: 0, isDryRun: true })
    assert.equal(counted.uploadsEnded, 1)
    assert.deepEqual(await runSweep(world.t.config, { graceMs: 0 }), counted)
    assert.equal((await runSweep(world.t.config, { graceMs: 0, isDryRun: true })).uploadsEnded, 0)
  })
})
