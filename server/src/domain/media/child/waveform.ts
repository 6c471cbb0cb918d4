import {
  AV_SAMPLE_FMT_DBL,
  AV_SAMPLE_FMT_DBLP,
  AV_SAMPLE_FMT_FLT,
  AV_SAMPLE_FMT_FLTP,
  AV_SAMPLE_FMT_S16,
  AV_SAMPLE_FMT_S16P,
  AV_SAMPLE_FMT_S32,
  AV_SAMPLE_FMT_S32P,
  AV_SAMPLE_FMT_U8,
  AV_SAMPLE_FMT_U8P,
  AVDISCARD_ALL,
  Codec,
  CodecContext,
  Frame,
  Packet,
  type Stream,
} from 'node-av'
import type { MakeRequest } from '../rendering.ts'
import { openRecording, type Opened } from './demux.ts'
import type { Made } from './made.ts'
import { collectPeaks, type Peaks } from './peaks.ts'
import { Undecodable } from './undecodable.ts'

/** Packets between two words of how far it has come, and two breaths in which they are sent. */
const TELL_EVERY = 2_000

/**
 * How loud a recording is, point by point, and how long it plays by what can be decoded of it. Everything is streamed:
 * ten hours take no more memory than ten seconds. Without any sound there are no variants.
 *
 * @throws Undecodable
 */
export async function makeWaveform({ path, sizeBytes }: MakeRequest, report: (share: number) => void): Promise<Made> {
  const opened = await openRecording(path)
  try {
    const { audio } = opened
    if (audio === undefined) return { variants: [], facts: {} }
    const peaks = collectPeaks()
    const seconds = await listen(opened, audio, { peaks, told: (bytes) => report(Math.min(1, bytes / sizeBytes)) })
    if (seconds === 0)
      throw new Undecodable('Its sound cannot be decoded: it is damaged, or in a codec not known here.')
    const durationMs = Math.round(seconds * 1000)
    const bytes = peaks.end()
    const facts = { durationMs, points: bytes.length }
    return {
      variants: [
        { name: 'waveform', mediaType: 'application/octet-stream', widthPixels: 0, heightPixels: 0, facts, bytes },
      ],
      facts,
    }
  } finally {
    await opened.format.closeInput()
  }
}

type Listening = { peaks: Peaks; told: (bytes: number) => void }

/** @returns  how long it plays, in seconds; what is damaged is passed over */
async function listen({ format }: Opened, audio: Stream, { peaks, told }: Listening): Promise<number> {
  const codec = Codec.findDecoder(audio.codecpar.codecId)
  if (codec === null) return 0
  for (const stream of format.streams) if (stream.index !== audio.index) stream.discard = AVDISCARD_ALL
  const context = new CodecContext()
  context.allocContext3(codec)
  const packet = new Packet()
  packet.alloc()
  const frame = new Frame()
  frame.alloc()
  let seconds = 0
  const drain = () => {
    while (context.receiveFrameSync(frame) >= 0) {
      const { sampleRate, nbSamples } = frame
      if (sampleRate > 0 && addFrame(peaks, frame)) seconds += nbSamples / sampleRate
      frame.unref()
    }
  }
  try {
    context.parametersToContext(audio.codecpar)
    context.pktTimebase = audio.timeBase
    context.threadCount = 1
    if ((await context.open2(codec, null)) < 0) return 0
    for (let count = 1; format.readFrameSync(packet) >= 0; count++) {
      const { pos } = packet
      if (packet.streamIndex === audio.index && context.sendPacketSync(packet) >= 0) drain()
      packet.unref()
      if (count % TELL_EVERY === 0) {
        told(Number(pos))
        await new Promise(setImmediate)
      }
    }
    context.sendPacketSync(null)
    drain()
    return seconds
  } finally {
    packet.free()
    frame.free()
    context.freeContext()
  }
}

/** Planes of one channel each, or one with the channels beside each other: for peaks they are alike. */
function addFrame(peaks: Peaks, frame: Frame): boolean {
  const planes = frame.extendedData ?? frame.data
  const form = FORMS.get(frame.format)
  if (planes === null || form === undefined) return false
  const { isPlanar, bytes, view, scale, middle = 0 } = form
  const count = frame.nbSamples * (isPlanar ? 1 : frame.channels)
  const step = isPlanar ? 1 : frame.channels
  const used = (isPlanar ? planes.slice(0, frame.channels) : planes.slice(0, 1)).filter(
    (plane) => plane.byteLength >= count * bytes,
  )
  if (used.length === 0) return false
  peaks.add(
    used.map((plane) => view(plane, count)),
    { samples: frame.nbSamples, step, scale, middle },
  )
  return true
}

type Samples = Uint8Array | Int16Array | Int32Array | Float32Array | Float64Array
type Form = {
  isPlanar: boolean
  bytes: number
  view: (plane: Buffer, count: number) => Samples
  /** By which a sample becomes a share of what is loudest. */
  scale: number
  /** What silence is written as. */
  middle?: number
}

const planarAndPacked = (planar: number, packed: number, form: Omit<Form, 'isPlanar'>): [number, Form][] => [
  [planar, { ...form, isPlanar: true }],
  [packed, { ...form, isPlanar: false }],
]

/** FFmpeg aligns its planes for more than the largest sample. */
const FORMS = new Map<number, Form>([
  ...planarAndPacked(AV_SAMPLE_FMT_U8P, AV_SAMPLE_FMT_U8, {
    bytes: 1,
    view: ({ buffer, byteOffset }, count) => new Uint8Array(buffer, byteOffset, count),
    scale: 1 / 128,
    middle: 128,
  }),
  ...planarAndPacked(AV_SAMPLE_FMT_S16P, AV_SAMPLE_FMT_S16, {
    bytes: 2,
    view: (plane, count) => new Int16Array(plane.buffer, plane.byteOffset, count),
    scale: 1 / 2 ** 15,
  }),
  ...planarAndPacked(AV_SAMPLE_FMT_S32P, AV_SAMPLE_FMT_S32, {
    bytes: 4,
    view: (plane, count) => new Int32Array(plane.buffer, plane.byteOffset, count),
    scale: 1 / 2 ** 31,
  }),
  ...planarAndPacked(AV_SAMPLE_FMT_FLTP, AV_SAMPLE_FMT_FLT, {
    bytes: 4,
    view: (plane, count) => new Float32Array(plane.buffer, plane.byteOffset, count),
    scale: 1,
  }),
  ...planarAndPacked(AV_SAMPLE_FMT_DBLP, AV_SAMPLE_FMT_DBL, {
    bytes: 8,
    view: (plane, count) => new Float64Array(plane.buffer, plane.byteOffset, count),
    scale: 1,
  }),
])
