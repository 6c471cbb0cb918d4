import { assert, test } from 'vitest'
import { receiptText } from './receipt-text.ts'

test('a saved receipt holds the signed line alone on its line, and says where the key is below any path', () => {
  const receipt = {
    receipt: 'head.body.signature',
    fileId: 'f',
    versionId: 'v',
    organizationId: 'o',
    sizeBytes: 12,
    sha256: 'ab',
    receivedAt: '2026-01-01T00:00:00Z',
  }
  const lines = receiptText('film.mov', receipt, 'https://example.org/trove/').split('\n')
  assert.ok(lines.includes('head.body.signature'))
  assert.ok(lines.includes('File          film.mov'))
  assert.ok(lines.some((line) => line.endsWith('https://example.org/trove/api/receipts/keys')))
})
