import {
  AV_CHANNEL_ORDER_NATIVE,
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_FRAME_FLAG_INTERLACED,
  AV_PICTURE_TYPE_NONE,
  AV_PIX_FMT_YUV420P,
  AV_SAMPLE_FMT_FLTP,
  AVCOL_PRI_BT709,
  AVCOL_RANGE_MPEG,
  AVCOL_SPC_BT709,
  AVCOL_TRC_BT709,
  avGetCodecName,
  avRescaleQ,
  BitStreamFilter,
  BitStreamFilterContext,
  Codec,
  CodecContext,
  Dictionary,
  FF_ENCODER_AAC,
  FF_ENCODER_LIBX264,
  Frame,
  Packet,
  Rational,
  type FFEncoderCodec,
  type FormatContext,
  type IRational,
  type Stream,
} from 'node-av'
import { nameSpeakers, pictureGraph, pictureKey, soundGraph, soundKey, type Graph } from './graph.ts'
import { NEVER } from './packets.ts'
import { matrixOf, screenChain, turnOf, type Shape } from './picture.ts'
import { MOST_LONG, MOST_SHORT, type Plan } from './proxy-plan.ts'
import { Undecodable } from './undecodable.ts'

const DAMAGED = 'The recording cannot be written anew: it is damaged or unusual.'
const THREADS = 2
/** More pixels than these in several threads would not fit into memory. */
const MOST_PIXELS_IN_THREADS = 2048 * 1152
const KEYFRAME_SECONDS = 1
const SOUND_RATES = [48_000, 44_100, 32_000, 24_000, 22_050, 16_000]
const SOUND_BITS = { 1: 96_000n, 2: 160_000n }
const SOUND_FRAME = 1024
/** The type of H.264's supplementary information (ITU-T H.264, table 7-1). */
const SUPPLEMENTARY = '6'

/** One stream on its way from the original into the proxy. */
export type Track = {
  /** Of the original. */
  index: number
  /** Takes a packet, or the end. */
  feed(packet: Packet | null): Promise<void>
  free(): void
}

export type Output = { format: FormatContext; write(packet: Packet): Promise<void> }

export function must(outcome: number): void {
  if (outcome < 0) throw new Undecodable(DAMAGED)
}

/** Cameras write what they are, when and even where into the stream itself: such units are left out of H.264. */
function stripped(from: Stream): BitStreamFilterContext | undefined {
  const filter = avGetCodecName(from.codecpar.codecId) === 'h264' ? BitStreamFilter.getByName('filter_units') : null
  if (filter === null) return undefined
  const context = new BitStreamFilterContext()
  must(context.alloc(filter))
  must(from.codecpar.copy(context.inputCodecParameters ?? from.codecpar))
  context.inputTimeBase = from.timeBase
  must(context.setOption('remove_types', SUPPLEMENTARY))
  must(context.init())
  return context
}

/** The same stream in another container. */
export function copyTrack(output: Output, from: Stream): Track {
  const to = output.format.newStream()
  const strip = stripped(from)
  // What it lets through begins its units otherwise, and its description says so.
  must((strip?.outputCodecParameters ?? from.codecpar).copy(to.codecpar))
  to.codecpar.codecTag = 0
  to.timeBase = from.timeBase
  to.sampleAspectRatio = from.sampleAspectRatio
  to.avgFrameRate = from.avgFrameRate
  const write = async (packet: Packet) => {
    packet.rescaleTs(from.timeBase, to.timeBase)
    packet.streamIndex = to.index
    packet.pos = -1n
    await output.write(packet)
  }
  return {
    index: from.index,
    async feed(packet) {
      if (strip === undefined) return packet === null ? undefined : write(packet)
      must(await strip.sendPacket(packet))
      const clean = new Packet()
      clean.alloc()
      while ((await strip.receivePacket(clean)) >= 0) {
        await write(clean)
        clean.unref()
      }
      clean.free()
    },
    free: () => strip?.free(),
  }
}

/** Decodes, filters and encodes, frame by frame: what goes in comes out, at the same time. */
type Work = {
  from: Stream
  to: Stream
  decoder: CodecContext
  encoder: CodecContext
  output: Output
  graphOf(frame: Frame): Promise<Graph>
  /** Before it is filtered. */
  prepare(frame: Frame): boolean
}

function encodedTrack(work: Work, free: () => void): Track {
  const { from, to, decoder, encoder, output, graphOf, prepare } = work
  const frame = new Frame()
  frame.alloc()
  const written = new Packet()
  written.alloc()
  let graph: Graph | undefined
  let lastPts = NEVER

  const encode = async (filtered: Frame | null, timeBase: IRational): Promise<void> => {
    if (filtered !== null) {
      const pts = avRescaleQ(filtered.pts, timeBase, encoder.timeBase)
      // Two frames cannot be shown at once, whatever a damaged file says.
      filtered.pts = lastPts !== NEVER && pts <= lastPts ? lastPts + 1n : pts
      filtered.duration = avRescaleQ(filtered.duration, timeBase, encoder.timeBase)
      filtered.timeBase = encoder.timeBase
      filtered.pictType = AV_PICTURE_TYPE_NONE
      lastPts = filtered.pts
    }
    must(await encoder.sendFrame(filtered))
    while ((await encoder.receivePacket(written)) >= 0) {
      written.streamIndex = to.index
      written.rescaleTs(encoder.timeBase, to.timeBase)
      await output.write(written)
      written.unref()
    }
  }
  const filter = async (next: Frame | null): Promise<void> => {
    const through = next === null ? graph : await graphOf(next)
    if (graph !== undefined && through !== graph) await graph.pass(null, encode)
    graph = through
    await graph?.pass(next, encode)
  }
  return {
    index: from.index,
    async feed(packet) {
      // A packet that cannot be decoded is left out, as every player does.
      await decoder.sendPacket(packet)
      while ((await decoder.receiveFrame(frame)) >= 0) {
        if (prepare(frame)) await filter(frame)
        frame.unref()
      }
      if (packet !== null) return
      await filter(null)
      await encode(null, encoder.timeBase)
    },
    free() {
      frame.free()
      written.free()
      decoder.freeContext()
      encoder.freeContext()
      free()
    },
  }
}

/** A graph for each kind of frames that comes along. */
function graphs(keyOf: (frame: Frame) => string, open: (frame: Frame) => Promise<Graph>) {
  const opened: Graph[] = []
  let current: { key: string; graph: Graph } | undefined
  return {
    async of(frame: Frame): Promise<Graph> {
      const key = keyOf(frame)
      if (current?.key !== key) {
        current = { key, graph: await open(frame) }
        opened.push(current.graph)
      }
      return current.graph
    },
    free: () => opened.forEach((graph) => graph.free()),
  }
}

export async function pictureTrack(output: Output, from: Stream, begin: Plan['begin']): Promise<Track> {
  const { codecpar, timeBase } = from
  const threads = codecpar.width * codecpar.height > MOST_PIXELS_IN_THREADS ? 1 : THREADS
  const decoder = await openDecoder(from, threads)
  const shape = fittedShape(from)
  const { encoder, codec } = newEncoder(FF_ENCODER_LIBX264)
  encoder.width = shape.widthPixels
  encoder.height = shape.heightPixels
  encoder.pixelFormat = AV_PIX_FMT_YUV420P
  encoder.timeBase = new Rational(timeBase.num, timeBase.den)
  const rate = frameRateOf(from)
  encoder.framerate = new Rational(rate.num, rate.den)
  encoder.gopSize = Math.max(1, Math.round((rate.num / rate.den) * KEYFRAME_SECONDS))
  // Frames that lean on later ones would need a list of edits to begin at nought, which some players overlook.
  encoder.maxBFrames = 0
  encoder.threadCount = threads
  encoder.colorRange = AVCOL_RANGE_MPEG
  encoder.colorSpace = AVCOL_SPC_BT709
  encoder.colorPrimaries = AVCOL_PRI_BT709
  encoder.colorTrc = AVCOL_TRC_BT709
  encoder.sampleAspectRatio = new Rational(1, 1)
  const options = {
    preset: 'veryfast',
    crf: '21',
    'x264-params': 'scenecut=0:rc-lookahead=5:sync-lookahead=0',
    flags: '+bitexact',
  }
  must(await encoder.open2(codec, Dictionary.fromObject(options)))
  const to = newStream(output.format, encoder)
  to.avgFrameRate = encoder.framerate
  const clock = clockOf(begin, timeBase)
  const chains = graphs(
    (frame) => `${pictureKey(frame)},${frame.hasFlags(AV_FRAME_FLAG_INTERLACED)}`,
    (frame) => pictureGraph(frame, timeBase, pictureChain(frame, shape)),
  )
  return encodedTrack(
    { from, to, decoder, encoder, output, graphOf: chains.of, prepare: (frame) => clock(frame) },
    chains.free,
  )
}

const pictureChain = (frame: Frame, shape: Shape): string =>
  `${frame.hasFlags(AV_FRAME_FLAG_INTERLACED) ? 'bwdif=mode=send_frame,' : ''}${screenChain(frame, shape, 'yuv420p')}`

export async function soundTrack(output: Output, from: Stream, begin: Plan['begin']): Promise<Track> {
  const { codecpar, timeBase } = from
  const decoder = await openDecoder(from, 1)
  const channels = codecpar.channels === 1 ? 1 : 2
  const sampleRate = SOUND_RATES.find((rate) => rate <= codecpar.sampleRate) ?? 16_000
  const { encoder, codec } = newEncoder(FF_ENCODER_AAC)
  encoder.sampleRate = sampleRate
  encoder.sampleFormat = AV_SAMPLE_FMT_FLTP
  encoder.channelLayout = { nbChannels: channels, order: AV_CHANNEL_ORDER_NATIVE, mask: channels === 1 ? 4n : 3n }
  encoder.timeBase = new Rational(1, sampleRate)
  encoder.bitRate = SOUND_BITS[channels]
  must(await encoder.open2(codec, Dictionary.fromObject({ flags: '+bitexact' })))
  const to = newStream(output.format, encoder)
  const clock = clockOf(begin, timeBase)
  // Gaps become silence, and so does what is missing at the beginning: sound stays beside its pictures.
  const layout = channels === 1 ? 'mono' : 'stereo'
  const chain =
    `aresample=${sampleRate}:async=1000:first_pts=0,` +
    `aformat=sample_fmts=fltp:sample_rates=${sampleRate}:channel_layouts=${layout},asetnsamples=n=${SOUND_FRAME}:p=0`
  const chains = graphs(soundKey, (frame) => soundGraph(frame, timeBase, chain))
  const prepare = (frame: Frame): boolean => {
    nameSpeakers(frame)
    return clock(frame)
  }
  return encodedTrack({ from, to, decoder, encoder, output, graphOf: chains.of, prepare }, chains.free)
}

/** Puts frames on the clock of the proxy; one that does not say when it is shown follows the one before. */
function clockOf(begin: Plan['begin'], timeBase: IRational): (frame: Frame) => boolean {
  const shift = begin === undefined ? 0n : avRescaleQ(begin.ticks, begin.timeBase, timeBase)
  let next = 0n
  return (frame) => {
    const told = frame.bestEffortTimestamp
    frame.pts = told === NEVER ? next : told - shift
    next = frame.pts + (frame.duration > 0n ? frame.duration : 1n)
    return true
  }
}

async function openDecoder(stream: Stream, threads: number): Promise<CodecContext> {
  const codec = Codec.findDecoder(stream.codecpar.codecId)
  if (codec === null) throw new Undecodable('It is written in a codec that is not known here.')
  const decoder = new CodecContext()
  decoder.allocContext3(codec)
  decoder.parametersToContext(stream.codecpar)
  decoder.pktTimebase = stream.timeBase
  decoder.threadCount = threads
  must(await decoder.open2(codec, null))
  return decoder
}

function newEncoder(name: FFEncoderCodec): { encoder: CodecContext; codec: Codec } {
  const codec = Codec.findEncoderByName(name)
  if (codec === null) throw new Error(`this build has no encoder ${name}`)
  const encoder = new CodecContext()
  encoder.allocContext3(codec)
  encoder.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER)
  return { encoder, codec }
}

function newStream(format: FormatContext, encoder: CodecContext): Stream {
  const stream = format.newStream()
  must(stream.codecpar.fromContext(encoder))
  stream.timeBase = encoder.timeBase
  return stream
}

function frameRateOf({ avgFrameRate, rFrameRate }: Stream): IRational {
  const isSane = ({ num, den }: IRational) => num > 0 && den > 0 && num / den <= 1000
  return [avgFrameRate, rFrameRate].find(isSane) ?? { num: 25, den: 1 }
}

/** As shown, within Full HD, of even sides: half as many samples carry colour. */
export function fittedShape(stream: Stream): Shape {
  const { width, height } = stream.codecpar
  const { num, den } = stream.sampleAspectRatio
  const aspect = num > 0 && den > 0 && num / den > 0.05 && num / den < 20 ? num / den : 1
  const shown = aspect >= 1 ? { width: width * aspect, height } : { width, height: height / aspect }
  const scale = Math.min(
    1,
    MOST_LONG / Math.max(shown.width, shown.height),
    MOST_SHORT / Math.min(shown.width, shown.height),
  )
  const even = (pixels: number) => Math.max(2, Math.round((pixels * scale) / 2) * 2)
  const turn = turnOf(matrixOf(stream))
  const [across, down] = [even(shown.width), even(shown.height)]
  return turn.degrees % 180 === 90
    ? { widthPixels: down, heightPixels: across, turn }
    : { widthPixels: across, heightPixels: down, turn }
}
