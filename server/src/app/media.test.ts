import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { startTestPlatform, type TestPlatform } from '../../test/platform.ts'
import { runMedia } from './media.ts'

describe('trove media', () => {
  let t: TestPlatform
  before(async () => void (t = await startTestPlatform()))
  after(() => t.stop())

  const run = async (...words: string[]) => {
    const said: string[] = []
    return { code: await runMedia(t.config, words, (line) => said.push(line)), said: said.join('\n') }
  }

  test('tells what waits of each step', async () => {
    const { code, said } = await run('steps')
    assert.equal(code, 0)
    assert.match(said, /^variants +0 waiting, 0 running, 0 failed/m)
    assert.match(said, /^proxy /m)
  })

  test('asks for a step over old files, once at a time', async () => {
    assert.deepEqual(await run('again', 'text', '--dry-run'), {
      code: 0,
      said: 'text would be asked for over 0 old files.',
    })
    assert.equal((await run('again', 'text')).code, 0)
    assert.deepEqual(await run('again', 'text'), {
      code: 1,
      said: 'text is being asked for over old files already.',
    })
    assert.equal((await run('again', 'scan')).code, 1)
  })

  test('says what it knows when it does not understand', async () => {
    for (const words of [[], ['again'], ['again', 'cake'], ['again', 'text', '--all'], ['steps', 'text']])
      assert.equal((await run(...words)).code, 2)
  })
})
