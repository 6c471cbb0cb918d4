import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { emptyScratch, withScratch } from './scratch.ts'

describe('folders for what is there for a moment', () => {
  test('are closed to others, gone afterwards, and what a killed process left goes at the next start', async () => {
    const base = await mkdtemp(join(tmpdir(), 'trove-scratch-'))
    const folder = join(base, 'temporary')
    let before = ''
    await assert.rejects(
      withScratch(folder, async (scratch) => {
        before = scratch
        await writeFile(join(scratch, 'original'), 'bytes')
        assert.equal((await stat(scratch)).mode & 0o777, 0o700)
        assert.equal((await stat(folder)).mode & 0o777, 0o700)
        throw new Error('the work failed')
      }),
      /the work failed/,
    )
    assert.deepEqual(await readdir(folder), [])
    const name = before.slice(folder.length + 1)
    const [left, others, parents] = [
      name.replace(/-\d+-/, '-4194305-'),
      `another${name}`,
      name.replace(/-\d+-/, `-${process.ppid}-`),
    ]
    for (const each of [left, others, parents]) {
      await mkdir(join(folder, each))
      await writeFile(join(folder, each, 'original'), 'bytes')
    }
    // A container that was made anew has another name, and what the one before left is nobody's.
    const forsaken = `container${name}`
    await mkdir(join(folder, forsaken))
    await utimes(join(folder, forsaken), new Date(), new Date(Date.now() - 3 * 86_400_000))
    await emptyScratch(folder)
    assert.deepEqual((await readdir(folder)).sort(), [others, parents].sort(), hostname())
    await emptyScratch(join(base, 'not there'))
    await rm(base, { recursive: true })
  })
})
