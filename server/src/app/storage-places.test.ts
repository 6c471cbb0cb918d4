import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ConfigError, parseConfig } from './config.ts'
import { parseStorageWords } from './storage-migrate.ts'

describe('the places of objects', () => {
  const faultsOf = (environment: Record<string, string>): readonly string[] => {
    try {
      parseConfig(environment)
      return []
    } catch (error) {
      assert.ok(error instanceof ConfigError)
      return error.faults
    }
  }
  const s3 = (path: string) => `s3://key:secret@store.example:9000/${path}`

  test('lie side by side, on disks and in buckets', () => {
    const right = [
      ['file:///srv/trove', 'file:///srv/trove-cold'],
      ['file:///srv/trove', s3('media')],
      [s3('media'), s3('cold')],
      [s3('media/hot'), s3('media/cold?storageClass=STANDARD_IA')],
    ]
    for (const [STORAGE_URL = '', STORAGE_COLD_URL = ''] of right)
      assert.deepEqual(faultsOf({ STORAGE_URL, STORAGE_COLD_URL }), [], `${STORAGE_URL} and ${STORAGE_COLD_URL}`)
  })

  test('are not the same, nor is one inside the other: it would be swept away', () => {
    const wrong = [
      ['file:///srv/trove', 'file:///srv/trove'],
      ['file:///srv/trove', 'file:///srv/trove/cold'],
      [s3('media'), s3('media/cold?storageClass=STANDARD_IA')],
      [s3('media/cold'), s3('media')],
    ]
    for (const [STORAGE_URL = '', other = ''] of wrong)
      for (const name of ['STORAGE_COLD_URL', 'STORAGE_OLD_URL'])
        assert.match(faultsOf({ STORAGE_URL, [name]: other }).join(), /side by side/, `${STORAGE_URL} and ${other}`)
  })

  test('give their bytes at once: an archive is refused, and what would do is named', () => {
    assert.match(faultsOf({ STORAGE_COLD_URL: s3('cold?storageClass=DEEP_ARCHIVE') }).join(), /GLACIER_IR/)
  })

  test('what is typed to move everything is understood, or answered with a sentence', () => {
    assert.equal(typeof parseStorageWords(['migrate', '--to', 'file:///srv/new', '--rate', '50MB'], {}), 'object')
    const told = parseStorageWords(['migrate'], { STORAGE_NEW_URL: 'file:///srv/new' })
    assert.ok(typeof told === 'object' && told.to?.kind === 'disk')
    for (const words of [
      [],
      ['copy'],
      ['migrate', '--to', 'ftp://x'],
      ['migrate', '--to', 'file:///x', '--remove-source'],
    ])
      assert.equal(typeof parseStorageWords(words, {}), 'string', words.join(' '))
  })
})
