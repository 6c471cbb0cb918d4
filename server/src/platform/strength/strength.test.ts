import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { isBreached } from './breached.ts'
import { judgeStrength } from './index.ts'

const hashOf = (password: string) => createHash('sha1').update(password).digest('hex').toUpperCase()

describe('the strength of a password', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'trove-strength-'))
  })
  after(() => rm(folder, { recursive: true, force: true }))

  async function listOf(passwords: readonly string[], form: (hash: string) => string, end = '\n'): Promise<string> {
    const file = join(folder, `${Math.random()}.txt`)
    await writeFile(file, passwords.map(hashOf).toSorted().map(form).join(end))
    return file
  }

  test('is told with a reason when it is little, also of what is known of its owner', async () => {
    const weak = await judgeStrength('password1', [])
    assert.equal(weak.score, 0)
    assert.match(weak.reason ?? '', /commonly used/)
    assert.ok((await judgeStrength('ada.lovelace', ['ada.lovelace'])).score < 2)
    assert.equal((await judgeStrength('correct horse battery', [])).score, 4)
  })

  test('many at once are each told their own', async () => {
    const passwords = ['password1', 'correct horse battery', 'aaaaaaaa', 'four words nobody would guess']
    const scores = await Promise.all(passwords.map((password) => judgeStrength(password, [])))
    assert.deepEqual(
      scores.map(({ score }) => score > 1),
      [false, true, false, true],
    )
  })

  test('each of a list of stolen ones is found, and none that is not on it', async () => {
    const stolen = Array.from({ length: 999 }, (_, i) => `stolen ${i}`)
    const files = [
      await listOf(stolen, (hash) => `${hash}:${hash.charCodeAt(3)}`),
      await listOf(stolen, (hash) => hash.toLowerCase(), '\r\n'),
      await listOf(stolen, (hash) => hash.slice(0, 16)),
    ]
    for (const file of files) {
      for (const password of stolen) assert.ok(await isBreached(file, password), password)
      for (let i = 0; i < 300; i++) assert.equal(await isBreached(file, `mine ${i}`), false)
    }
    assert.equal(await isBreached(await listOf([], String), 'x'), false)
    assert.equal(await isBreached(await listOf(['x'], String), 'x'), true)
    await assert.rejects(isBreached(await listOf(['x'], () => 'what is this'), 'y'), /no SHA-1/)
  })
})
