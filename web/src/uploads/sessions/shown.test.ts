import type { SessionProgress } from '@trove/contract/events'
import type { UploadSession } from '@trove/contract/upload-sessions'
import type { Upload } from '@trove/contract/uploads'
import { assert, describe, test } from 'vitest'
import { newer, shown } from './shown.ts'
import { figuresOf, filesOf, nameOf, senderOf, shareOf, standingOf, uploadLine } from './words.ts'

const MB = 1024 * 1024
const heard = (more: Partial<SessionProgress> = {}): SessionProgress => ({
  type: 'upload-session.progressed',
  organizationId: 'o',
  uploadSessionId: 's',
  sequence: 10,
  isWhole: false,
  status: 'active',
  fileCount: 2,
  completedCount: 0,
  failedCount: 0,
  cancelledCount: 0,
  bytesUploaded: 40 * MB,
  totalBytes: 100 * MB,
  isTotalKnown: true,
  pace: { bytesPerSecond: 2 * MB, secondsLeft: 30, isWaiting: false },
  uploads: [],
  ...more,
})
const session = (more: Partial<UploadSession> = {}): UploadSession => ({
  id: 's',
  organizationId: 'o',
  status: 'active',
  createdBy: { id: 'ada', name: 'Ada' },
  fileCount: 2,
  completedCount: 0,
  failedCount: 0,
  cancelledCount: 0,
  bytesUploaded: 10 * MB,
  totalBytes: 100 * MB,
  isTotalKnown: true,
  createdAt: '2026-01-01T00:00:00Z',
  ...more,
})

describe('what is heard of a session', () => {
  test('never draws it back: not by a message that comes late, nor by a process that knows less', () => {
    const first = heard({ uploads: [{ uploadId: 'u', bytesUploaded: 9 }] })
    assert.strictEqual(newer(first, heard({ sequence: 9, bytesUploaded: 90 * MB })), first)
    const back = newer(
      first,
      heard({ sequence: 1, isWhole: true, bytesUploaded: 30 * MB, uploads: [{ uploadId: 'u', bytesUploaded: 4 }] }),
    )
    assert.strictEqual(back.bytesUploaded, 40 * MB)
    assert.deepEqual(back.uploads, [{ uploadId: 'u', bytesUploaded: 9 }])
    assert.strictEqual(newer(back, heard({ sequence: 11, totalBytes: 20 * MB })).bytesUploaded, 20 * MB)
  })

  test('counts until the session is over; then what was asked for does', () => {
    assert.strictEqual(shown(session(), heard()).bytesUploaded, 40 * MB)
    assert.strictEqual(shown(session({ bytesUploaded: 50 * MB }), heard()).bytesUploaded, 50 * MB)
    assert.strictEqual(shown(session({ status: 'cancelled' }), heard()).status, 'cancelled')
  })
})

describe('words for a session', () => {
  test('figures are told while they are true', () => {
    assert.deepEqual(figuresOf(shown(session(), heard())), ['40 %', '40 MB of 100 MB', '2 MB/s', '30 s left'])
    const waiting = shown(session(), heard({ pace: { bytesPerSecond: 0, isWaiting: true } }))
    assert.deepEqual(figuresOf(waiting), ['40 %', '40 MB of 100 MB'])
    assert.strictEqual(standingOf(waiting, 'ada').words, 'Waiting')
  })

  test('all bytes are not yet all files', () => {
    const all = shown(session(), heard({ bytesUploaded: 100 * MB }))
    assert.strictEqual(figuresOf(all)[0], '99 %')
    assert.ok(shareOf(all) < 1)
    assert.strictEqual(shareOf(session({ status: 'completed', bytesUploaded: 50 * MB })), 1)
  })

  test('a batch whose bytes nobody has told is shown by its files', () => {
    const untold = session({ isTotalKnown: false, fileCount: 66, completedCount: 33, bytesUploaded: 100 * MB })
    assert.deepEqual(figuresOf(untold), ['100 MB so far'])
    assert.strictEqual(shareOf(untold), 0.5)
    const knows = shown(untold, heard({ isTotalKnown: true, fileCount: 66, completedCount: 33 }))
    assert.strictEqual(figuresOf(knows)[0], '99 %')
  })

  test('a pause names whoever it was by', () => {
    const pausedBy = { id: 'bo', name: 'Bo' }
    assert.strictEqual(standingOf(session({ status: 'paused', pausedBy }), 'ada').words, 'Paused by Bo')
    assert.strictEqual(standingOf(session({ status: 'paused', pausedBy }), 'bo').words, 'Paused by you')
  })

  test('files, names and senders', () => {
    assert.strictEqual(filesOf(session({ completedCount: 1, failedCount: 1 })), '1 of 2 files, 1 failed')
    assert.strictEqual(filesOf(session({ completedCount: 2 })), '2 files')
    assert.strictEqual(nameOf(session()), '2 files')
    assert.strictEqual(senderOf(session({ link: { id: 'l', label: 'Press' } })), 'By link Press')
  })

  test('a file tells its last milestone, and before that how far it is', () => {
    const upload: Upload = {
      id: 'u',
      filename: 'a.mov',
      status: 'uploading',
      stage: 'uploading',
      milestones: [],
      bytesUploaded: 5 * MB,
      totalBytes: 20 * MB,
      expiresAt: '',
    }
    const position = { uploadId: 'u', bytesUploaded: 8 * MB, chunk: { number: 2, count: 5 } }
    assert.strictEqual(uploadLine(upload, position, false), '8 MB of 20 MB · part 2 of 5')
    assert.strictEqual(uploadLine(upload, undefined, false), '5 MB of 20 MB')
    const passed = { ...upload, status: 'completed' as const, milestones: ['received', 'verified'] as const }
    assert.strictEqual(
      uploadLine({ ...passed, milestones: [...passed.milestones] }, undefined, false),
      'Verified, being processed · 20 MB',
    )
    assert.strictEqual(uploadLine({ ...upload, status: 'failed', failure: 'No.' }, undefined, false), 'No.')
  })
})
