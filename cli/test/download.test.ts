import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { makeLink } from '../../server/test/make.ts'
import { openRig, type Rig } from './rig.ts'

const LARGE_BYTES = 6_000_000
const SLOW = 3_000_000

describe('downloading from the command line', () => {
  let rig: Rig
  let place: string
  before(async () => {
    rig = await openRig()
    place = `${rig.organizationId}/Things`
    const write = (path: string, bytes: string | Uint8Array) => {
      mkdirSync(join(rig.folder, path, '..'), { recursive: true })
      writeFileSync(join(rig.folder, path), bytes)
    }
    write('tree/large.bin', randomBytes(LARGE_BYTES))
    for (let i = 0; i < 30; i++) write(`tree/deep/${i % 3}/note ${i}.txt`, `note ${i}`)
    write('tree/Ünïcödé 👩‍👩‍👧 \'"%2e.txt', 'odd')
    write('tree/nul.txt', 'a device elsewhere')
    const { code, err } = await rig.run(['upload', 'tree', '--to', place, '--make-folders'])
    assert.equal(code, 0, err)
  })
  after(() => rig.stop())

  const filesBelow = (folder: string) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
      .toSorted()

  const requireSame = (folder: string) => {
    const own = join(rig.folder, 'tree')
    const expected = filesBelow(own).map((path) => path.replace(/^nul\.txt$/, '_nul.txt'))
    assert.deepEqual(filesBelow(folder), expected.toSorted())
    for (const path of filesBelow(own))
      assert.ok(
        readFileSync(join(own, path)).equals(readFileSync(join(folder, path.replace(/^nul\.txt$/, '_nul.txt')))),
        path,
      )
  }

  test('brings a tree as it is, finds it there the second time, and overwrites nothing unless it is told to', async () => {
    const command = ['download', `${place}/tree`, '--out', 'out', '--json']
    const first = await rig.run(command)
    assert.equal(first.code, 0, first.out + first.err)
    requireSame(join(rig.folder, 'out', 'tree'))
    const second = await rig.run(command)
    assert.deepEqual([second.code, second.events.at(-1)?.['done'], second.events.at(-1)?.['present']], [0, 0, 33])
    const changed = join(rig.folder, 'out', 'tree', 'deep', '0', 'note 0.txt')
    writeFileSync(changed, 'mine')
    const third = await rig.run(command)
    assert.equal(third.code, 1)
    assert.equal(readFileSync(changed, 'utf8'), 'mine')
    assert.equal((await rig.run([...command, '--force'])).code, 0)
    requireSame(join(rig.folder, 'out', 'tree'))
  })

  test('goes on where it was interrupted, cut off or ended by the server, and leaves nothing beside', async () => {
    const command = ['download', `${place}/tree/large.bin`, '--out', 'cut', '--json']
    rig.proxy.slow(SLOW)
    const first = rig.start(command)
    await first.until(({ event }) => event === 'progress')
    rig.proxy.cut()
    await first.until(({ event, movedBytes }) => event === 'progress' && Number(movedBytes) > LARGE_BYTES / 2)
    first.child.kill('SIGINT')
    const { code, out } = await first.ended
    assert.equal(code, 130, out)
    assert.deepEqual(
      readdirSync(join(rig.folder, 'cut')).filter((name) => !name.startsWith('.trove-')),
      [],
    )
    rig.proxy.slow(undefined)
    await rig.restart()
    rig.proxy.takeReceivedBytes()
    const second = await rig.run(command)
    assert.equal(second.code, 0, second.out)
    assert.ok(rig.proxy.takeReceivedBytes() < LARGE_BYTES * 0.8, 'it fetched what was here already')
    assert.deepEqual(readdirSync(join(rig.folder, 'cut')), ['large.bin'])
    const own = readFileSync(join(rig.folder, 'tree', 'large.bin'))
    assert.ok(own.equals(readFileSync(join(rig.folder, 'cut', 'large.bin'))))
  })

  test('takes ids, and lists what there is', async () => {
    const listed = await rig.run(['ls', `${place}/tree`, '--json'])
    assert.equal(listed.code, 0, listed.err)
    const rows = listed.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { kind: string; name: string; id: string; sizeBytes: number })
    assert.deepEqual(
      rows.map(({ kind, name }) => `${kind} ${name}`),
      ['folder deep', 'file large.bin', 'file nul.txt', 'file Ünïcödé 👩‍👩‍👧 \'"%2e.txt'],
    )
    const long = await rig.run(['ls', `${place}/tree/deep/0`, '--long', '--sort', 'date'])
    assert.equal(long.out.trim().split('\n').length, 10)
    assert.match(
      long.out,
      /^ *\d B {2}\d{4}-\d\d-\d\d \d\d:\d\d {2}text\/plain {2}User .{4} {2}[0-9a-f-]{36} {2}note \d+\.txt$/m,
    )
    const [deep, large] = rows
    const { code } = await rig.run(['download', deep?.id ?? '', large?.id ?? '', '--out', 'byid'])
    assert.equal(code, 0)
    assert.equal(filesBelow(join(rig.folder, 'byid')).length, 31)
    const none = await rig.run(['download', rig.owner.userId])
    assert.equal(none.code, 1)
    assert.match(none.err, /There is no file or folder/)
  })

  test('takes a shared link without any key, and sends the key to none', async () => {
    const listed = await rig.run(['ls', place, '--json'])
    const { id: resourceId } = JSON.parse(listed.out) as { id: string }
    const { id, token } = await makeLink(rig.t.platform, {
      organizationId: rig.organizationId,
      maker: rig.owner,
      resourceId,
    })
    await rig.t.platform.db
      .updateTable('link')
      .set({ keeps_metadata: true, keeps_names: true })
      .where('id', '=', id)
      .execute()
    const address = `${rig.proxy.origin}/s#${id}.${token}`
    const nobody = { environment: { TROVE_API_KEY: '', TROVE_SERVER: '' } }
    const { code, err, out } = await rig.run(['download', address, '--out', 'shared'], nobody)
    assert.equal(code, 0, err + out)
    const [top = ''] = readdirSync(join(rig.folder, 'shared'))
    requireSame(join(rig.folder, 'shared', top))
    const wrong = await rig.run(['download', address.replace('/s#', '/else#')], nobody)
    assert.deepEqual([wrong.code, /no shared link/.test(wrong.err)], [2, true])
  })

  test('says which of several is there no room or no place for, and brings the others', async () => {
    mkdirSync(join(rig.folder, 'taken', 'deep'), { recursive: true })
    writeFileSync(join(rig.folder, 'taken', 'deep', '1'), 'a file where a folder should be')
    const { code, events } = await rig.run(['download', `${place}/tree/deep`, '--out', 'taken', '--json'])
    assert.equal(code, 1)
    const failed = events.at(-1)?.['failed'] as { path: string; kind: string }[]
    assert.equal(failed.length, 10)
    assert.ok(failed.every(({ path, kind }) => path.startsWith('deep/1/') && kind === 'exists'))
    assert.equal(events.at(-1)?.['done'], 20)
  })
})
