import { join } from 'node:path'
import {
  AV_DISPOSITION_ATTACHED_PIC,
  AV_PKT_FLAG_KEY,
  AVMEDIA_TYPE_AUDIO,
  AVSEEK_FLAG_BACKWARD,
  Dictionary,
  FormatContext,
  Packet,
  type Rational,
  type Stream,
} from 'node-av'
import type { MakeRequest } from '../rendering.ts'
import { openRecording } from './demux.ts'
import type { Made } from './made.ts'
import { Undecodable } from './undecodable.ts'

const DAMAGED = 'A part of this recording cannot be cut out: it is damaged or unusual.'
const MICROSECOND = 1_000_000
/** Containers count in units of their own: so much less, and what comes out is never longer than it may be. */
const ROUNDING_US = 25_000

type Place = { from: Stream; to: Stream; isVideo: boolean }
/** Microseconds of the recording's own clock. */
type Span = { startUs: number; endUs: number }

/**
 * Cuts a part out of a recording without encoding anything anew: what comes out is made of the very same pictures. It
 * begins with the last picture before `startMs` that needs no other, is never longer than `lengthMs`, and is written to
 * the file `options.name` of the output folder.
 *
 * @throws Undecodable
 */
export async function makeTrim(
  { path, outputFolder, options }: MakeRequest,
  report: (share: number) => void,
): Promise<Made> {
  const { startMs, lengthMs, muxer, name } = options as {
    startMs: number
    lengthMs: number
    muxer: string
    name: string
  }
  const { format: input, video } = await openRecording(path)
  const output = new FormatContext()
  try {
    if (video === undefined) throw new Undecodable('There is no picture in this recording.')
    require(output.allocOutputContext2(null, muxer, join(outputFolder, name)))
    const places = addStreams(input, output, video)
    require(await output.openOutput())
    const movflags = muxer === 'mp4' || muxer === 'mov' ? { movflags: 'faststart' } : {}
    require(await output.writeHeader(Dictionary.fromObject(movflags)))
    const firstUs = Math.max(0, Number(input.startTime))
    const aimUs = firstUs + startMs * 1_000
    if (startMs > 0) require(await input.seekFrame(video.index, ticks(aimUs, video.timeBase), AVSEEK_FLAG_BACKWARD))
    const durationMs = await copySpan({ input, output, places, video }, { aimUs, lengthUs: lengthMs * 1_000 }, report)
    require(await output.writeTrailer())
    return { variants: [], facts: { durationMs } }
  } finally {
    await input.closeInput()
    await output.closeOutput()
    output.freeContext()
  }
}

/** The moving picture and the sounds; which stream of the output each becomes, by index. */
function addStreams(input: FormatContext, output: FormatContext, video: Stream): Map<number, Place> {
  const places = new Map<number, Place>()
  for (const from of input.streams) {
    const isVideo = from.index === video.index
    const isSound = from.codecpar.codecType === AVMEDIA_TYPE_AUDIO && !from.hasDisposition(AV_DISPOSITION_ATTACHED_PIC)
    if (!isVideo && !isSound) continue
    const to = output.newStream()
    require(from.codecpar.copy(to.codecpar))
    // Each container has its own four letters for a codec.
    to.codecpar.codecTag = 0
    to.timeBase = from.timeBase
    to.sampleAspectRatio = from.sampleAspectRatio
    to.avgFrameRate = from.avgFrameRate
    places.set(from.index, { from, to, isVideo })
  }
  return places
}

type Work = { input: FormatContext; output: FormatContext; places: Map<number, Place>; video: Stream }

/** Returns how long what was written is, in milliseconds. */
async function copySpan(
  work: Work,
  asked: { aimUs: number; lengthUs: number },
  report: (share: number) => void,
): Promise<number> {
  const { input, output, places } = work
  const packet = new Packet()
  packet.alloc()
  const ended = new Set<number>()
  let span: Span | undefined
  let lastUs = 0
  try {
    while (ended.size < places.size && (await input.readFrame(packet)) >= 0) {
      const place = places.get(packet.streamIndex)
      if (place !== undefined && !ended.has(packet.streamIndex)) {
        const at = timesOf(packet, place.from.timeBase)
        // The first picture that needs no other is where it begins; what sounds before that is left out.
        if (span === undefined && place.isVideo && isKey(packet))
          span = { startUs: at.fromUs, endUs: at.fromUs + Math.max(1, asked.lengthUs - ROUNDING_US) }
        if (span !== undefined && at.untilUs > span.endUs) ended.add(packet.streamIndex)
        else if (span !== undefined && at.fromUs >= span.startUs) {
          lastUs = Math.max(lastUs, at.untilUs - span.startUs)
          await write(output, packet, place, span)
          report(Math.min(1, lastUs / asked.lengthUs))
        }
      }
      packet.unref()
    }
  } finally {
    packet.free()
  }
  if (span === undefined || lastUs === 0) throw new Undecodable(DAMAGED)
  return Math.round(lastUs / 1_000)
}

async function write(output: FormatContext, packet: Packet, { from, to }: Place, span: Span): Promise<void> {
  const shift = ticks(span.startUs, from.timeBase)
  if (packet.pts !== NO_TIME) packet.pts -= shift
  if (packet.dts !== NO_TIME) packet.dts -= shift
  packet.rescaleTs(from.timeBase, to.timeBase)
  packet.streamIndex = to.index
  packet.pos = -1n
  require(await output.interleavedWriteFrame(packet))
}

const NO_TIME = -(2n ** 63n)

function timesOf(packet: Packet, base: Rational): { fromUs: number; untilUs: number } {
  const shown = packet.pts === NO_TIME ? packet.dts : packet.pts
  if (shown === NO_TIME) throw new Undecodable(DAMAGED)
  const fromUs = microseconds(shown, base)
  return { fromUs, untilUs: fromUs + microseconds(packet.duration, base) }
}

const isKey = (packet: Packet): boolean => (Number(packet.flags) & Number(AV_PKT_FLAG_KEY)) !== 0
const microseconds = (time: bigint, { num, den }: Rational): number => (Number(time) * num * MICROSECOND) / den
const ticks = (us: number, { num, den }: Rational): bigint => BigInt(Math.round((us * den) / (num * MICROSECOND)))

function require(outcome: number): void {
  if (outcome < 0) throw new Undecodable(DAMAGED)
}
