import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { openRig, type Rig } from './rig.ts'

type Line = { name: string; id: string; place?: string }

describe('finding from the command line', () => {
  let rig: Rig
  before(async () => {
    rig = await openRig()
    const folder = join(rig.folder, 'tree')
    mkdirSync(folder)
    writeFileSync(join(folder, 'lighthouse keeper.txt'), 'a'.repeat(3000))
    writeFileSync(join(folder, 'lighthouse lamp.txt'), 'b')
    writeFileSync(join(folder, 'harbour.txt'), 'c')
    const { code, err } = await rig.run(['upload', folder, '--to', rig.organizationId])
    assert.equal(code, 0, err)
  })
  after(() => rig.stop())

  const find = async (...words: string[]) => {
    const { code, out, err } = await rig.say(['find', rig.organizationId, ...words, '--json'])
    assert.equal(code, 0, err)
    return out
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Line)
  }
  const names = async (...words: string[]) => (await find(...words)).map(({ name }) => name).toSorted()

  test('finds by words, by what files are, and by both', async () => {
    assert.deepEqual(await names('lighthouse'), ['lighthouse keeper.txt', 'lighthouse lamp.txt'])
    assert.deepEqual(await names('lighthouse', 'lamp'), ['lighthouse lamp.txt'])
    assert.deepEqual(await names('lighthouse', '--larger', '2KB'), ['lighthouse keeper.txt'])
    assert.deepEqual(await names('--kind', 'image'), [])
    assert.equal((await names('--kind', 'text,image')).length, 3)
    assert.equal((await find('lighthouse', '--limit', '1')).length, 1)
    const [first] = await find('harbour')
    assert.equal(first?.place, 'name')
  })

  test('finds in a folder, and tells a person how many more there are', async () => {
    const { out, err } = await rig.say(['find', `${rig.organizationId}/tree`, 'lighthouse', '--limit', '1', '--long'])
    assert.match(out, /text\/plain {2}.*lighthouse/)
    assert.match(err, /more than 1 file/)
    const none = await rig.say(['find', rig.organizationId, 'nowhere'])
    assert.deepEqual([none.code, none.out, none.err], [0, '', 'Nothing found.\n'])
  })

  test('says what it does not understand, and what there is not', async () => {
    const cases: [words: string[], code: number, says: RegExp][] = [
      [[], 2, /Say where to look/],
      [[rig.organizationId], 2, /Say what to find/],
      [[rig.organizationId, '--kind', 'picture'], 2, /--kind takes image, video/],
      [[rig.organizationId, '--from', 'May'], 2, /takes a day such as 2026-05-04/],
      [[rig.organizationId, '--limit', '0', 'a'], 2, /from 1 to 10000/],
      [[rig.organizationId, '--tag', 'Wound'], 1, /There is no tag "Wound"/],
      [[`${rig.organizationId}/nowhere`, 'a'], 1, /There is no folder "nowhere"/],
    ]
    for (const [words, code, says] of cases) {
      const said = await rig.say(['find', ...words])
      assert.equal(said.code, code, words.join(' '))
      assert.match(said.err, says)
    }
  })
})
