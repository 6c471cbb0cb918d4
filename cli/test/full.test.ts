import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { mountSmallDisk } from '../../server/test/rows.ts'
import { endExpired } from '../../server/src/domain/uploads/index.ts'
import { keptBelow, sha256 } from './kept.ts'
import { openRig } from './rig.ts'

const MIB = 1024 * 1024

describe('what cannot be kept', () => {
  test('because the disk there fills up in the middle: the exit code says so, what is safe is safe, and it goes on when there is room', async (t) => {
    const disk = await mountSmallDisk(24)
    if (disk === undefined) return t.skip('no file system may be mounted here')
    const rig = await openRig({ STORAGE_URL: `file://${disk.folder}` })
    try {
      const [small, large] = [randomBytes(100_000), randomBytes(20 * MIB)]
      const staging = join(disk.folder, '.staging')
      mkdirSync(staging, { recursive: true })
      // So that four fifths of the large one fit.
      const ballast = join(staging, '00000000-0000-0000-0000-000000000000')
      writeFileSync(ballast, Buffer.alloc(7 * MIB, 1))
      mkdirSync(join(rig.folder, 'shoot'))
      writeFileSync(join(rig.folder, 'shoot', 'a small.bin'), small)
      writeFileSync(join(rig.folder, 'shoot', 'b large.bin'), large)
      const command = ['upload', 'shoot', '--to', rig.organizationId, '--json', '--parallel', '1', '--chunk', '4MiB']

      const full = await rig.run(command)
      assert.equal(full.code, 1, full.err)
      const summary = full.events.at(-1)
      const failed = summary?.['failed'] as { path: string; kind: string }[]
      assert.deepEqual(
        failed.map(({ path, kind }) => [path, kind]),
        [['shoot/b large.bin', 'storage-full']],
      )
      assert.deepEqual([summary?.['done'], summary?.exitCode], [1, 1])
      assert.deepEqual(await keptBelow(rig, 'shoot/'), [{ path: 'shoot/a small.bin', sha256: sha256(small) }])

      rmSync(ballast)
      rig.proxy.takeSentBytes()
      const again = await rig.run(command)
      assert.equal(again.code, 0, again.err)
      assert.ok(rig.proxy.takeSentBytes() < large.length * 0.7, 'it sent what was there already')
      assert.deepEqual(await keptBelow(rig, 'shoot/'), [
        { path: 'shoot/a small.bin', sha256: sha256(small) },
        { path: 'shoot/b large.bin', sha256: sha256(large) },
      ])
      assert.deepEqual(readdirSync(staging), [])

      // One that nobody goes on with takes up no room once its time is over.
      writeFileSync(join(rig.folder, 'left.bin'), randomBytes(20 * MIB))
      const left = await rig.run(['upload', 'left.bin', '--to', rig.organizationId, '--json', '--chunk', '1MiB'])
      assert.equal(left.code, 1)
      await rig.t.platform.db
        .updateTable('upload')
        .set({ expires_at: new Date(0) })
        .where('ended_at', 'is', null)
        .execute()
      await endExpired(rig.t.platform)
      assert.deepEqual(readdirSync(staging), [])
    } finally {
      await rig.stop()
      await disk.unmount()
    }
  })

  test('because it is one byte too large: refused before a byte is sent, and never told as safe', async () => {
    const rig = await openRig({ MAX_FILE_BYTES: '5MiB' })
    try {
      mkdirSync(join(rig.folder, 'limit'))
      writeFileSync(join(rig.folder, 'limit', 'just.bin'), randomBytes(5 * MIB))
      writeFileSync(join(rig.folder, 'limit', 'over.bin'), randomBytes(5 * MIB + 1))
      rig.proxy.takeSentBytes()
      const { code, events } = await rig.run(['upload', 'limit', '--to', rig.organizationId, '--json'])
      assert.equal(code, 1)
      const failed = events.at(-1)?.['failed'] as { path: string; kind: string }[]
      assert.deepEqual(
        failed.map(({ path, kind }) => [path, kind]),
        [['limit/over.bin', 'too-large']],
      )
      assert.ok(rig.proxy.takeSentBytes() < 5.5 * MIB, 'bytes of what was refused were sent')
      assert.deepEqual(
        (await keptBelow(rig, 'limit/')).map(({ path }) => path),
        ['limit/just.bin'],
      )
      assert.deepEqual(await Array.fromAsync(rig.t.platform.objects.staging.list()), [])
    } finally {
      await rig.stop()
    }
  })
})
