import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { sha256 } from './kept.ts'
import { openRig, type Rig } from './rig.ts'

describe('receipts at the command line', () => {
  let rig: Rig
  before(async () => {
    rig = await openRig()
    mkdirSync(join(rig.folder, 'papers'))
    for (const name of ['a', 'b', 'c']) writeFileSync(join(rig.folder, 'papers', `${name}.txt`), `text of ${name}\n`)
  })
  after(() => rig.stop())

  const send = (...more: string[]) =>
    rig.run(['upload', 'papers', '--to', rig.organizationId, '--receipts', 'receipts.jsonl', ...more])
  const lines = () =>
    readFileSync(join(rig.folder, 'receipts.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { path: string; sha256: string; receipt: string })

  test('are written for each file, also for what an earlier run has brought, and are genuine', async () => {
    assert.equal((await send()).code, 0)
    assert.deepEqual(
      lines()
        .map(({ path, sha256: hash }) => [path, hash])
        .toSorted(),
      ['a', 'b', 'c'].map((name) => [
        join(rig.folder, 'papers', `${name}.txt`),
        sha256(Buffer.from(`text of ${name}\n`)),
      ]),
    )
    for (const { receipt } of lines()) {
      const { app } = await rig.t.api()
      const reply = await app.inject({ method: 'POST', url: '/api/receipts/check', payload: { receipt } })
      assert.equal((reply.json() as { isGenuine: boolean }).isGenuine, true)
    }
    assert.equal((await send()).code, 0)
    assert.equal(lines().length, 6)
  })

  test('what cannot be written is told before anything is sent', async () => {
    const { code, err } = await rig.run([
      'upload',
      'papers',
      '--to',
      rig.organizationId,
      '--again',
      '--receipts',
      'no/such/folder/receipts.jsonl',
    ])
    assert.notEqual(code, 0)
    assert.notEqual(err, '')
    const { count } = await rig.t.platform.db
      .selectFrom('upload')
      .select((of) => of.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    assert.equal(Number(count), 3)
  })

  test('a key that may not read brings the files all the same, says that there are none, and ends with 1', async () => {
    writeFileSync(join(rig.folder, 'alone.txt'), 'alone\n')
    const { code, err } = await rig.run(
      ['upload', 'alone.txt', '--to', rig.organizationId, '--receipts', 'none.jsonl'],
      { key: await rig.key(['upload']) },
    )
    assert.equal(code, 1)
    assert.match(err, /no receipt {2}alone\.txt: /)
    assert.equal(readFileSync(join(rig.folder, 'none.jsonl'), 'utf8'), '')
  })
})
