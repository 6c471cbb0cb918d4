import { assert, describe, test } from 'vitest'
import type { Transfer, TransferState } from './model.ts'
import { inTrayOrder, tallyOf } from './tally.ts'
import { figures, headline, milestone, rowLine, splitName } from './words.ts'

const MB = 1024 * 1024
const transfer = (state: TransferState, changes: Partial<Transfer> = {}): Transfer => ({
  key: Math.random().toString(),
  batchKey: 'b',
  name: 'clip.mov',
  sizeBytes: 100 * MB,
  lastModifiedMs: 1,
  mediaType: '',
  folder: '',
  state,
  bytesSent: 0,
  uploadId: undefined,
  fileId: undefined,
  reason: undefined,
  canRetry: false,
  nextTryAtMs: undefined,
  needs: undefined,
  rateBytesPerSecond: 0,
  ...changes,
})
const said = (transfers: Transfer[], { rate = 0, isOnline = true } = {}) => {
  const tally = tallyOf(transfers, rate)
  const snapshot = { tally, isOnline, share: tally.bytesTotal === 0 ? 0 : tally.bytesSent / tally.bytesTotal }
  return [headline(snapshot), ...figures(snapshot)].join(' · ')
}

describe('the tray says', () => {
  test('how much is on its way, how fast, and how long it takes', () => {
    const transfers = [transfer('uploading', { bytesSent: 50 * MB }), transfer('waiting'), transfer('processing')]
    assert.strictEqual(said(transfers, { rate: 12 * MB }), '2 uploading · 50 % · 12 MB/s · 13 s')
  })
  test('that it waits for the connection', () =>
    assert.strictEqual(said([transfer('retrying')], { isOnline: false }), '1 waiting for the connection · 0 %'))
  test('that the server is away', () =>
    assert.strictEqual(
      said([transfer('retrying'), transfer('waiting')], { rate: 5 }),
      '2 interrupted, trying again · 0 %',
    ))
  test('that it is paused', () =>
    assert.strictEqual(said([transfer('paused', { bytesSent: 41 * MB })]), '1 paused · 41 %'))
  test('what the server still does', () =>
    assert.strictEqual(said([transfer('processing'), transfer('checking')]), '2 processing'))
  test('what came of it', () => {
    assert.strictEqual(said([transfer('ready'), transfer('unshown')]), '2 uploaded')
    assert.strictEqual(said([transfer('ready'), transfer('failed')]), '1 uploaded, 1 not')
    assert.strictEqual(said([transfer('failed')]), '1 not uploaded')
  })
  test('nothing of finished batches in its figures', () => {
    const transfers = [transfer('ready', { batchKey: 'old' }), transfer('uploading', { bytesSent: 10 * MB })]
    assert.strictEqual(said(transfers), '1 uploading · 10 %')
  })
})

describe('a row says', () => {
  test('from where it goes on when its file has to be chosen again', () => {
    assert.strictEqual(
      rowLine(transfer('needs-file', { needs: 'file', bytesSent: 41 * MB }), 0),
      'Choose clip.mov again to go on from 41 %',
    )
  })
  test('when it tries again', () => {
    assert.strictEqual(
      rowLine(transfer('retrying', { reason: 'The connection was lost', nextTryAtMs: 8_000 }), 0),
      'The connection was lost · again in 8 s',
    )
  })
  test('how far it is', () => {
    assert.strictEqual(
      rowLine(transfer('uploading', { bytesSent: 50 * MB, rateBytesPerSecond: 5 * MB }), 0),
      '50 MB of 100 MB · 5 MB/s · 10 s',
    )
  })
})

test('what failed stands first, what is done last', () => {
  const states = inTrayOrder([transfer('ready'), transfer('uploading'), transfer('failed'), transfer('waiting')]).map(
    ({ state }) => state,
  )
  assert.deepEqual(states, ['failed', 'uploading', 'waiting', 'ready'])
})

test('a quarter is announced once, not each per cent', () => {
  const at = (bytes: number) => {
    const tally = tallyOf([transfer('uploading', { bytesSent: bytes * MB })], 0)
    return milestone({ tally, isOnline: true, share: bytes / 100 })
  }
  assert.strictEqual(at(26), at(49))
  assert.notStrictEqual(at(49), at(50))
})

test('the end of a long name stays readable', () => {
  assert.deepEqual(splitName('a.jpg'), ['a.jpg', ''])
  assert.deepEqual(splitName('2026-11-21 wedding at the lake 0042.jpg'), [
    '2026-11-21 wedding at the lake ',
    '0042.jpg',
  ])
})
