import {
  AV_PKT_DATA_DISPLAYMATRIX,
  AV_PKT_FLAG_DISCARD,
  AV_FRAME_DATA_DISPLAYMATRIX,
  AVSEEK_FLAG_BACKWARD,
  Codec,
  CodecContext,
  Frame,
  Packet,
  type FormatContext,
  type Stream,
} from 'node-av'
import { Scaler } from 'node-av/api'
import sharp from 'sharp'
import { LONGEST_SIDE } from '../rendering.ts'
import { Undecodable, UnknownCodec } from './undecodable.ts'
import { decode, type Pixels } from './variants.ts'

/** Packets that are read in search of one frame: some codecs begin with frames that cannot be shown. */
const MOST_PACKETS = 2_000
/** Mean of the samples from 0 to 255 below which a frame counts as black. */
const BLACK = 24
const MOST_PIXELS = 8192 * 8192

export type Shape = {
  /** As shown: pixel aspect and rotation applied. */
  widthPixels: number
  heightPixels: number
  turn: Turn
}
/** Clockwise, after which it may be mirrored left to right. */
type Turn = { degrees: 0 | 90 | 180 | 270; isMirrored: boolean }

/**
 * The first frame at one of `positions` that is not black; else the lightest of them.
 *
 * @param positions  in microseconds from the beginning, in the order in which they are tried
 * @throws Undecodable  there is no frame that can be decoded
 */
export async function findPoster(
  format: FormatContext,
  stream: Stream,
  positions: readonly number[],
): Promise<{ pixels: Pixels; shape: Shape }> {
  let best: { pixels: Pixels; shape: Shape; light: number } | undefined
  // A clip may say of all its frames that they lie outside of what is shown: then one of them is better than none.
  for (const [position, isTrimmed] of [...positions.map((each) => [each, true] as const), [0, false] as const]) {
    if (!isTrimmed && best !== undefined) break
    const frame = await frameAt(format, stream, { position, isTrimmed })
    if (frame === undefined) continue
    const shape = shapeOf(stream, frame)
    const pixels = await toPixels(frame, shape)
    frame.free()
    const light = meanOf(pixels.bytes)
    if (best === undefined || light > best.light) best = { pixels, shape, light }
    if (light >= BLACK) break
  }
  if (best === undefined) throw new Undecodable('The recording holds no picture that can be decoded.')
  return best
}

/** `isTrimmed`: only frames that are shown. */
type Wanted = { position: number; isTrimmed: boolean }

async function frameAt(
  format: FormatContext,
  stream: Stream,
  { position, isTrimmed }: Wanted,
): Promise<Frame | undefined> {
  const { codecpar } = stream
  if (codecpar.width * codecpar.height > MOST_PIXELS)
    throw new Undecodable('Its pictures are larger than can be decoded.')
  const codec = Codec.findDecoder(codecpar.codecId)
  if (codec === null) throw new UnknownCodec('It is written in a codec that is not known here.')
  if (position > 0 || !isTrimmed) await format.seekFrame(-1, BigInt(Math.round(position)), AVSEEK_FLAG_BACKWARD)
  const context = new CodecContext()
  context.allocContext3(codec)
  try {
    context.parametersToContext(codecpar)
    context.threadCount = 1
    if ((await context.open2(codec, null)) < 0) return undefined
    return await firstFrame({ format, index: stream.index, context, isTrimmed })
  } finally {
    context.freeContext()
  }
}

type Reading = { format: FormatContext; index: number; context: CodecContext; isTrimmed: boolean }

async function firstFrame({ format, index, context, isTrimmed }: Reading): Promise<Frame | undefined> {
  const packet = new Packet()
  packet.alloc()
  const frame = new Frame()
  frame.alloc()
  try {
    for (let read = 0; read < MOST_PACKETS; read++) {
      const isEnd = (await format.readFrame(packet)) < 0
      if (!isEnd && packet.streamIndex !== index) {
        packet.unref()
        continue
      }
      if (!isTrimmed) packet.clearFlags(AV_PKT_FLAG_DISCARD)
      await context.sendPacket(isEnd ? null : packet)
      if (!isEnd) packet.unref()
      if ((await context.receiveFrame(frame)) >= 0) return frame
      if (isEnd) break
    }
    frame.free()
    return undefined
  } finally {
    packet.free()
  }
}

/** A picture of the frame as it is shown, at most as large as the largest variant. */
export async function toPixels(frame: Frame, { widthPixels, heightPixels, turn }: Shape): Promise<Pixels> {
  const isAcross = turn.degrees % 180 === 90
  const scale = Math.min(1, LONGEST_SIDE.large / Math.max(widthPixels, heightPixels))
  const [shownWidth, shownHeight] = [
    Math.max(1, Math.round(widthPixels * scale)),
    Math.max(1, Math.round(heightPixels * scale)),
  ]
  const [width, height] = isAcross ? [shownHeight, shownWidth] : [shownWidth, shownHeight]
  const scaler = new Scaler()
  try {
    const rgb = await scaler.toBuffer(frame, { resize: { width, height }, format: 'rgb' })
    const upright = sharp(rgb, { raw: { width, height, channels: 3 } }).rotate(turn.degrees)
    const pixels = await decode(upright)
    if (!turn.isMirrored) return pixels
    return await decode(sharp(pixels.bytes, { raw: pixels.raw }).flop())
  } finally {
    scaler.close()
  }
}

export function shapeOf(stream: Stream, frame: Frame): Shape {
  const turn = turnOf(
    frame.getSideData(AV_FRAME_DATA_DISPLAYMATRIX) ?? stream.codecpar.getCodedSideData(AV_PKT_DATA_DISPLAYMATRIX),
  )
  const aspect =
    [frame.sampleAspectRatio, stream.sampleAspectRatio]
      .map(({ num, den }) => num / den)
      .find((ratio) => ratio > 0.05 && ratio < 20) ?? 1
  const [width, height] =
    aspect >= 1 ? [Math.round(frame.width * aspect), frame.height] : [frame.width, Math.round(frame.height / aspect)]
  const isAcross = turn.degrees % 180 === 90
  return { widthPixels: isAcross ? height : width, heightPixels: isAcross ? width : height, turn }
}

/** A display matrix (ISO/IEC 14496-12 §8.3.2): a turn by quarters, and whether the picture is mirrored. */
function turnOf(matrix: Buffer | null): Turn {
  if (matrix === null || matrix.length < 36) return { degrees: 0, isMirrored: false }
  const [a, b, c, d] = [0, 4, 12, 16].map((at) => matrix.readInt32LE(at) / 65_536) as [number, number, number, number]
  const isMirrored = a * d - b * c < 0
  const angle = (Math.atan2(b, isMirrored ? -a : a) * 180) / Math.PI
  const quarters = ((Math.round(angle / 90) % 4) + 4) % 4
  return { degrees: (quarters * 90) as Turn['degrees'], isMirrored }
}

/** Of a sample of the bytes: light is judged, nothing is measured. */
function meanOf(bytes: Buffer): number {
  let sum = 0
  let count = 0
  for (let at = 0; at < bytes.length; at += 97) {
    sum += bytes[at] ?? 0
    count++
  }
  return count === 0 ? 0 : sum / count
}
