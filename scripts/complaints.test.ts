import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { ROOT } from './run.ts'

test('every test that the list of complaints names is there under that name', () => {
  const named = [...readFileSync(join(ROOT, 'docs', 'complaints.md'), 'utf8').matchAll(/`([\w/.-]+\.ts)` "([^"]+)"/g)]
  assert.ok(named.length > 17)
  const missing = named.filter(([, path = '', title = '']) => {
    const file = join(ROOT, path)
    return !existsSync(file) || !readFileSync(file, 'utf8').includes(title)
  })
  assert.deepEqual(
    missing.map(([whole]) => whole),
    [],
  )
})
