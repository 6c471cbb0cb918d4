import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { presentUpload } from './present.ts'

type Row = Parameters<typeof presentUpload>[0]

const row = (about: Partial<Row>): Row => ({
  scan: 'clean',
  scanReason: null,
  fileFailure: null,
  id: '01900000-0000-7000-8000-000000000001',
  filename: 'cut-off.mp4',
  status: 'completed',
  offsetBytes: 10,
  lengthBytes: 10,
  sha256: null,
  folderId: null,
  fileId: '01900000-0000-7000-8000-000000000002',
  failure: null,
  expiresAt: new Date('2026-11-21T12:00:00Z'),
  processing: 'ready',
  ...about,
})

describe('what is told of an upload', () => {
  test('a file that cannot be shown says why', () => {
    const damaged = presentUpload(row({ processing: 'failed', fileFailure: 'The recording cannot be opened.' }))
    assert.equal(damaged.stage, 'failed')
    assert.equal(damaged.failure, 'Uploaded, without a preview. The recording cannot be opened.')
    assert.equal(presentUpload(row({ processing: 'failed' })).failure, 'Uploaded, without a preview.')
  })

  test('nothing is wrong with one that can be shown, or that may yet be', () => {
    assert.equal('failure' in presentUpload(row({})), false)
    assert.equal(
      'failure' in presentUpload(row({ processing: 'processing', fileFailure: 'From an earlier try.' })),
      false,
    )
  })
})
