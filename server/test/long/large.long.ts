// A file as large as Trove takes by default, end to end. LARGE_GIB makes it smaller where there is less room or time.
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { sendLargeFile, type LargeFile } from '../rows/large-file.ts'
import { startCeph, withoutCeph } from '../services/ceph.ts'

const GIB = 1024 ** 3
const MIB = 1024 ** 2
const gib = Number(process.env['LARGE_GIB'] ?? 10)

function requireFlat(t: TestContext, where: string, found: LargeFile): void {
  const { restingBytes, uploadPeakBytes, peakBytes, lastAnswerMs, untilFileMs, megabytesPerSecond } = found
  t.diagnostic(
    `${gib} GiB ${where}: ${megabytesPerSecond.toFixed(0)} MB/s, memory ${Math.round(restingBytes / MIB)} MiB before, at its ` +
      `highest ${Math.round(uploadPeakBytes / MIB)} MiB, ${Math.round(peakBytes / MIB)} MiB after reading it back; last answer after ${Math.round(lastAnswerMs)} ms, ` +
      `a file after ${Math.round(untilFileMs)} ms`,
  )
  assert.ok(lastAnswerMs < 2_000)
  assert.ok(peakBytes - restingBytes < 256 * MIB)
}

test(`a file of ${gib} GiB onto the disk: memory stays flat, and the last byte is answered within 2 s`, async (t) =>
  requireFlat(t, 'on the disk', await sendLargeFile(gib * GIB, {})))

test(`a file of ${gib} GiB onto S3: the same`, { skip: withoutCeph }, async (t) => {
  const ceph = await startCeph({ gib: gib + 6 })
  try {
    requireFlat(t, 'in S3', await sendLargeFile(gib * GIB, { STORAGE_URL: ceph.url(await ceph.makeBucket()) }))
  } finally {
    await ceph.stop()
  }
})
