import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { FolderInUse, holderOf, lockFolder } from './lock.ts'
import { startOf } from './processes.ts'

const ADDRESS = 'http://127.0.0.1:8080'

describe('the lock on a data folder', () => {
  const folders: string[] = []
  const makeFolder = () => {
    const folder = mkdtempSync(join(tmpdir(), 'trove-lock-'))
    folders.push(folder)
    return folder
  }
  after(() => folders.forEach((folder) => rmSync(folder, { recursive: true })))

  test('a second holder is told where the first one is', () => {
    const folder = makeFolder()
    const lock = lockFolder(folder, ADDRESS)
    lock.setAddress('http://127.0.0.1:9999')
    assert.throws(
      () => lockFolder(folder, ADDRESS),
      (error: unknown) => error instanceof FolderInUse && error.message.includes('http://127.0.0.1:9999'),
    )
    lock.release()
    assert.equal(holderOf(folder), undefined)
    lockFolder(folder, ADDRESS).release()
    assert.deepEqual(readdirSync(folder), [])
  })

  test('a process that is gone, a process id that was given to another, and a torn file hold nothing', () => {
    const stale = [
      JSON.stringify({ pid: 4_000_000, startedAt: 'then', address: ADDRESS }),
      JSON.stringify({ pid: process.ppid, startedAt: 'before the boot', address: ADDRESS }),
      '{"pid": 12',
    ]
    for (const content of stale) {
      const folder = makeFolder()
      writeFileSync(join(folder, 'trove.pid'), content)
      const lock = lockFolder(folder, ADDRESS)
      assert.equal(JSON.parse(readFileSync(join(folder, 'trove.pid'), 'utf8')).pid, process.pid)
      lock.release()
    }
  })

  test('a living process with the right start holds it', () => {
    const folder = makeFolder()
    const holder = { pid: process.ppid, startedAt: startOf(process.ppid), address: ADDRESS }
    writeFileSync(join(folder, 'trove.pid'), JSON.stringify(holder))
    assert.throws(() => lockFolder(folder, ADDRESS), FolderInUse)
  })
})
