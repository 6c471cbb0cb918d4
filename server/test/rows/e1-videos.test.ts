import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { hasFfmpeg } from '../../../scripts/ffmpeg.mjs'
import { openRecording } from '../../src/domain/media/child/demux.ts'
import { renderRecording } from '../../src/domain/media/child/recordings.ts'
import { makeSheet } from '../../src/domain/media/child/sheet.ts'
import { clip, clipFormats, type ClipFormat, type ClipOptions } from '../media/recordings.ts'

type Probed = {
  streams: {
    codec_type: string
    codec_name: string
    width?: number
    height?: number
    pix_fmt?: string
    channels?: number
    avg_frame_rate?: string
    r_frame_rate?: string
    nb_read_packets?: string
  }[]
  format: { duration?: string }
}

const SKIPPED = hasFfmpeg() ? false : 'there is no ffprobe: apt-get install ffmpeg'
/** Where a container counts in milliseconds, rates are guessed; where it counts in ticks of its own, they are told. */
const CASES: [ClipFormat, ClipOptions][] = [
  ...clipFormats.map((format): [ClipFormat, ClipOptions] => [format, {}]),
  ['prores', { frameRate: { num: 24_000, den: 1001 }, frames: 48 }],
  ['mkv', { frameRate: { num: 30_000, den: 1001 }, frames: 60 }],
  ['ts', { frameRate: { num: 60_000, den: 1001 }, frames: 60 }],
  ['mov', { frameRate: { num: 50, den: 1 }, frames: 50, rotation: 270 }],
  ['mp4', { frames: 1, isSilent: true }],
]

let folder: string

const probe = (path: string): Probed =>
  JSON.parse(
    execFileSync('ffprobe', ['-v', 'quiet', '-count_packets', '-show_streams', '-show_format', '-of', 'json', path], {
      encoding: 'utf8',
    }),
  ) as Probed

const ratio = (rate = '0/1'): number => {
  const [num = 0, den = 1] = rate.split('/').map(Number)
  return num / den
}

describe('E1: what is said of videos, beside what FFmpeg says', { skip: SKIPPED }, () => {
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'trove-e1-'))
  })
  after(() => rm(folder, { recursive: true }))

  for (const [index, [format, options]] of CASES.entries())
    test(`${format} ${JSON.stringify(options)}: codecs, rate, count of frames, dimensions, sound and length`, async () => {
      const path = join(folder, `${index}`)
      const bytes = await clip(format, options)
      await writeFile(path, bytes)
      const told = probe(path)
      const request = { path, sizeBytes: bytes.length, mediaType: 'video/any' }
      const { summary, variants } = await renderRecording(request)
      const { facts } = summary
      const video = told.streams.find(({ codec_type }) => codec_type === 'video')
      const sounds = told.streams.filter(({ codec_type }) => codec_type === 'audio')
      assert.deepEqual([facts.videoCodec, facts.pixelFormat], [video?.codec_name, video?.pix_fmt])
      assert.deepEqual(
        (facts.audioTracks ?? []).map(({ codec, channels }) => [codec, channels]),
        sounds.map(({ codec_name, channels }) => [codec_name, channels]),
      )
      assert.equal(facts.frameCount, Number(video?.nb_read_packets))
      const rates = [ratio(video?.avg_frame_rate), ratio(video?.r_frame_rate)]
      const rate = facts.frameRate === undefined ? 0 : facts.frameRate.num / facts.frameRate.den
      assert.ok(
        rates.some((each) => Math.abs(each / rate - 1) < 3e-4),
        `${rate} is neither of ${rates.join()}`,
      )
      const { num, den } = options.frameRate ?? { num: 25, den: 1 }
      if ((options.frames ?? 25) > 1) assert.deepEqual(facts.frameRate, { num, den }, 'the rate is exact')
      if (told.format.duration !== undefined)
        assert.ok(Math.abs((summary.durationMs ?? 0) - Number(told.format.duration) * 1000) <= 1, 'to the millisecond')
      const isAcross = (options.rotation ?? 0) % 180 === 90
      const [width, height] = isAcross ? [video?.height, video?.width] : [video?.width, video?.height]
      assert.deepEqual([summary.widthPixels, summary.heightPixels], [width, height])
      assert.ok(variants.some(({ name }) => name === 'poster'))
      const sheet = await makeSheet({ ...request, make: 'sheet', outputFolder: folder }, () => undefined)
      assert.equal(sheet.variants.length, 1)
    })

  test('brightness beyond white is told, and brought down where it is shown', async () => {
    const path = join(folder, 'hdr.mp4')
    const grey = 'color=c=gray:s=320x180:d=1:r=25,format=yuv420p10le'
    const asPq = ['-color_trc', 'smpte2084', '-color_primaries', 'bt2020', '-colorspace', 'bt2020nc']
    const codec = ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=none', '-tag:v', 'hvc1']
    execFileSync('ffmpeg', ['-v', 'quiet', '-y', '-f', 'lavfi', '-i', grey, ...codec, ...asPq, path])
    const opened = await openRecording(path)
    await opened.format.closeInput()
    const { summary } = await renderRecording({ path, sizeBytes: 1, mediaType: 'video/mp4' })
    const { isHdr, colourTransfer, colourPrimaries, playsEverywhere } = summary.facts
    assert.deepEqual([isHdr, colourTransfer, colourPrimaries, playsEverywhere], [true, 'smpte2084', 'bt2020', false])
  })

  test('a phone says when with its zone, and where', async () => {
    const path = join(folder, 'phone.mov')
    const tags = {
      'com.apple.quicktime.creationdate': '2026-05-04T12:30:00+0200',
      'com.apple.quicktime.location.ISO6709': '+48.2082+016.3738+170.000/',
      'com.apple.quicktime.make': 'Northlight',
      'com.apple.quicktime.model': 'One',
    }
    const metadata = Object.entries(tags).flatMap(([name, value]) => ['-metadata', `${name}=${value}`])
    const source = ['-f', 'lavfi', '-i', 'testsrc2=s=320x180:d=1:r=30000/1001']
    const timed = ['-timecode', '10:00:00;02', '-c:v', 'libx264', '-movflags', 'use_metadata_tags']
    execFileSync('ffmpeg', ['-v', 'quiet', '-y', ...source, ...timed, ...metadata, path])
    const { summary } = await renderRecording({ path, sizeBytes: 1, mediaType: 'video/quicktime' })
    const { takenAt, offsetMinutes, place, cameraMake, cameraModel, timecode } = summary.facts
    assert.deepEqual([takenAt, offsetMinutes, timecode], ['2026-05-04T12:30:00', 120, '10:00:00;02'])
    assert.deepEqual([place?.latitude, place?.longitude], [48.2082, 16.3738])
    assert.deepEqual([cameraMake, cameraModel], ['Northlight', 'One'])
  })
})
