import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { SessionProgress } from '@trove/contract/events'
import { uploadSessionStates } from '@trove/contract/upload-sessions'
import { randomOf } from '../../../../test/random.ts'
import { createBoard, takeReport, takeRows, tell } from './board.ts'
import { createMeter } from './meter.ts'
import { chunkOf, milestonesOf, sessionHasEnded, sessionMayBecome, sessionNameOf } from './rules.ts'
import type { SessionRow } from './store.ts'

const ROW: SessionRow = {
  id: 's',
  organizationId: 'o',
  createdBy: 'u',
  makerName: 'Ada',
  linkId: null,
  linkLabel: null,
  name: null,
  status: 'active',
  pausedBy: null,
  pauserName: null,
  pausedAt: null,
  declaredFiles: null,
  declaredBytes: null,
  begun: 0,
  completed: 0,
  failed: 0,
  cancelled: 0,
  begunBytes: 0,
  completedBytes: 0,
  failedBytes: 0,
  cancelledBytes: 0,
  createdAt: new Date(0),
  openBytes: 0,
}

type Simulated = { id: string; length: number; durable: number; sent: number; open: boolean }

/** A session as the rows and the reports of several processes would tell it: uploads fail, begin anew and lose bytes. */
function play(seed: number, isDeclared: boolean): SessionProgress[] {
  const { share: random, below } = randomOf(seed)
  const board = createBoard('s', 0)
  const row = { ...ROW }
  const uploads: Simulated[] = []
  const told: SessionProgress[] = []
  let nowMs = 1
  if (isDeclared) {
    row.declaredFiles = 8
    row.declaredBytes = 8_000
  }
  const begin = () => {
    const length = 1_000
    uploads.push({ id: `u${uploads.length}`, length, durable: 0, sent: 0, open: true })
    row.begun += 1
    row.begunBytes += length
  }
  for (let step = 0; step < 300; step++) {
    const open = uploads.filter((upload) => upload.open)
    const one = open[below(open.length)]
    const dice = random()
    if (dice < 0.08 && row.begun < 12) begin()
    else if (one === undefined) continue
    else if (dice < 0.6) {
      const moved = Math.min(below(300), one.length - one.sent)
      one.sent += moved
      const report = { uploadSessionId: 's', organizationId: 'o', userId: 'u', uploadId: one.id, movedBytes: moved }
      // Some reports are lost, and one may say more than there is.
      if (random() < 0.9) takeReport(board, { ...report, bytesUploaded: one.sent }, nowMs)
    } else if (dice < 0.7) one.durable = one.sent
    // Staged bytes are gone, or another process goes on from what was flushed.
    else if (dice < 0.76) one.sent = one.durable = below(one.durable + 1)
    else if (dice < 0.79) {
      one.open = false
      row.failed += 1
      row.failedBytes += one.length
      begin()
    } else if (dice < 0.81) {
      one.open = false
      row.cancelled += 1
      row.cancelledBytes += one.length
    } else if (one.sent === one.length) {
      one.open = false
      row.completed += 1
      row.completedBytes += one.length
    }
    nowMs += below(400)
    if (random() < 0.3) {
      const left = uploads.filter((upload) => upload.open)
      const openBytes = left.reduce((sum, { durable }) => sum + durable, 0)
      takeRows(
        board,
        { ...row, openBytes },
        left.map(({ id, durable }) => ({ id, offsetBytes: durable })),
      )
    }
    const progress = tell(board, nowMs, random() < 0.1)
    if (progress !== undefined) told.push(progress)
  }
  return told
}

/** When all that was begun came to nothing, nothing is left to be sent. */
const shareOf = ({ bytesUploaded, totalBytes }: SessionProgress) => (totalBytes === 0 ? 1 : bytesUploaded / totalBytes)

describe('the progress of a session', () => {
  for (const isDeclared of [true, false]) {
    test(`is never over all of it and never falls back, ${isDeclared ? 'declared' : 'undeclared'}`, () => {
      let compared = 0
      for (let seed = 1; seed <= 200; seed++) {
        const told = play(seed, isDeclared)
        const furthest = new Map<string, number>()
        for (const [index, now] of told.entries()) {
          assert.ok(now.bytesUploaded >= 0 && now.bytesUploaded <= now.totalBytes, `seed ${seed}`)
          const before = told[index - 1]
          if (before !== undefined) {
            assert.ok(now.sequence > before.sequence)
            // Only files that are added make a share of all smaller.
            if (now.totalBytes <= before.totalBytes) assert.ok(shareOf(now) >= shareOf(before), `seed ${seed}`)
            compared += 1
          }
          for (const { uploadId, bytesUploaded } of now.uploads) {
            assert.ok(bytesUploaded >= (furthest.get(uploadId) ?? 0) && bytesUploaded <= 1_000, `seed ${seed}`)
            furthest.set(uploadId, bytesUploaded)
          }
        }
      }
      assert.ok(compared > 10_000)
    })
  }

  test('is the same on every process that heard the same', () => {
    assert.deepEqual(play(7, true), play(7, true))
  })
})

describe('the pace', () => {
  test('is a moving average, with an honest time left', () => {
    const meter = createMeter(0)
    for (let at = 0; at <= 10_000; at += 250) meter.add(250_000, at)
    const { bytesPerSecond, secondsLeft, isWaiting } = meter.pace(30_000_000, 10_000)
    assert.ok(Math.abs(bytesPerSecond - 1_000_000) < 40_000, String(bytesPerSecond))
    assert.ok(Math.abs((secondsLeft ?? 0) - 30) <= 2)
    assert.equal(isWaiting, false)
  })

  test('says that it waits when nothing comes, and promises no time then', () => {
    const meter = createMeter(0)
    for (let at = 0; at <= 4_000; at += 250) meter.add(100_000, at)
    assert.deepEqual(meter.pace(1_000, 7_100), { bytesPerSecond: 0, isWaiting: true })
    assert.equal(meter.pace(0, 7_100).isWaiting, false)
    for (let at = 7_200; at <= 8_200; at += 250) meter.add(100_000, at)
    assert.equal(meter.pace(1_000, 8_200).isWaiting, false)
  })

  test('says nothing before it can', () => {
    const meter = createMeter(0)
    meter.add(1_000_000, 10)
    assert.deepEqual(meter.pace(5, 20), { bytesPerSecond: 0, isWaiting: false })
  })
})

describe('rules of a session', () => {
  test('nothing follows an end, and every end can be reached', () => {
    const ends = uploadSessionStates.filter(sessionHasEnded)
    assert.deepEqual(ends, ['completed', 'failed', 'cancelled'])
    for (const end of ends) {
      for (const from of ['active', 'paused'] as const) assert.ok(sessionMayBecome(from, end))
      assert.ok(uploadSessionStates.every((state) => !sessionMayBecome(end, state)))
    }
  })

  test('a piece is told by its place, when its length can be known', () => {
    const of = (startBytes: number, chunkBytes: number, longest?: number) =>
      chunkOf({ startBytes, chunkBytes, lengthBytes: 100 }, longest)
    assert.deepEqual(of(0, 40), { number: 1, count: 3 })
    assert.deepEqual(of(40, 40, 40), { number: 2, count: 3 })
    assert.deepEqual(of(80, 20, 40), { number: 3, count: 3 })
    assert.deepEqual(of(0, 100), { number: 1, count: 1 })
    // The last one alone does not say how long the others were.
    assert.equal(of(80, 20), undefined)
  })

  test('milestones are told as far as they are certain', () => {
    const upload = { offsetBytes: 5, lengthBytes: 10, processing: undefined }
    assert.deepEqual(milestonesOf({ ...upload, status: 'uploading' }), [])
    assert.deepEqual(milestonesOf({ ...upload, offsetBytes: 10, status: 'checking' }), ['received'])
    const completed = { ...upload, status: 'completed' as const }
    assert.deepEqual(milestonesOf({ ...completed, processing: 'processing' }), ['received', 'verified'])
    assert.deepEqual(milestonesOf({ ...completed, processing: 'failed' }), ['received', 'verified', 'processed'])
    assert.equal(milestonesOf({ ...completed, processing: 'ready' }).at(-1), 'ready')
    const passed = ['received', 'verified', 'scanned']
    assert.deepEqual(milestonesOf({ ...completed, processing: 'processing', scan: 'clean' }), passed)
    assert.deepEqual(milestonesOf({ ...completed, processing: 'pending', scan: 'skipped' }), passed.slice(0, 2))
  })

  test('one file alone gives its session its name, as much of it as fits', () => {
    assert.equal(sessionNameOf('a.jpg'), 'a.jpg')
    assert.equal([...sessionNameOf('😀'.repeat(255))].length, 200)
  })
})
