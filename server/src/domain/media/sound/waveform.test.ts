import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { collectPeaks, MOST_POINTS } from '../child/peaks.ts'
import { makeWaveform } from '../child/waveform.ts'

const RATE = 8_000

let folder: string

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trove-sound-'))
})

after(() => rm(folder, { recursive: true }))

/** A WAV (RIFF) of 16-bit samples on one channel. @param claimedBytes  what its header says of its length */
function wav(samples: Int16Array, claimedBytes = samples.byteLength): Buffer {
  const head = Buffer.alloc(44)
  head.write('RIFF', 0)
  head.writeUInt32LE((claimedBytes + 36) >>> 0, 4)
  head.write('WAVEfmt ', 8)
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20)
  head.writeUInt16LE(1, 22)
  head.writeUInt32LE(RATE, 24)
  head.writeUInt32LE(RATE * 2, 28)
  head.writeUInt16LE(2, 32)
  head.writeUInt16LE(16, 34)
  head.write('data', 36)
  head.writeUInt32LE(claimedBytes >>> 0, 40)
  return Buffer.concat([head, Buffer.from(samples.buffer)])
}

async function waveformOf(bytes: Buffer) {
  const path = join(folder, 'sound.wav')
  await writeFile(path, bytes)
  const request = {
    make: 'waveform',
    path,
    sizeBytes: bytes.length,
    mediaType: 'audio/wav',
    outputFolder: folder,
  } as const
  return makeWaveform(request, () => undefined)
}

describe('the waveform of a recording', () => {
  test('is as loud as its samples, and as long', async () => {
    // A second of silence, one of half and one of full strength.
    const samples = Int16Array.from({ length: 3 * RATE }, (_, i) => (i < RATE ? 0 : i < 2 * RATE ? 16_384 : -32_768))
    const { variants, facts } = await waveformOf(wav(samples))
    assert.equal(facts['durationMs'], 3_000)
    const bytes = variants[0]?.bytes ?? new Uint8Array()
    const at = (share: number) => bytes[Math.floor(bytes.length * share)]
    assert.deepEqual([at(0.1), at(0.5), at(0.9)], [0, 128, 255])
  })

  test('goes by what is there, whatever the header says', async () => {
    const samples = new Int16Array(RATE).fill(8_192)
    for (const lie of [0xffff_fff0, 0, 0x7fff_fff0, 100_000_000])
      assert.equal((await waveformOf(wav(samples, lie))).facts['durationMs'], 1_000, `${lie}`)
  })

  test('of damaged sound ends with a plain sentence', async () => {
    await assert.rejects(waveformOf(wav(new Int16Array(RATE)).subarray(0, 20)), /damaged|incomplete/)
  })

  test('has as many points for ten hours as for ten minutes', () => {
    const peaks = collectPeaks()
    const piece = new Int16Array(1_000_000)
    for (let i = 0; i < 100; i++) {
      piece.fill(i === 50 ? 32_767 : 327)
      peaks.add([piece], { samples: piece.length, step: 1, scale: 1 / 32_768, middle: 0 })
    }
    const points = peaks.end()
    assert.ok(points.length > MOST_POINTS / 2 - 1 && points.length <= MOST_POINTS, `${points.length}`)
    const loud = points.findIndex((point) => point === 255) / points.length
    assert.ok(Math.abs(loud - 0.5) < 0.01, `${loud}`)
    assert.ok(points.filter((point) => point === 255).length < points.length / 80)
  })
})
