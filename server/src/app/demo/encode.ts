import {
  AV_CHANNEL_ORDER_NATIVE,
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_PIX_FMT_RGBA,
  AV_PKT_DATA_DISPLAYMATRIX,
  AV_SAMPLE_FMT_FLTP,
  AV_SAMPLE_FMT_S16P,
  AV_LOG_ERROR,
  AVFMT_GLOBALHEADER,
  Codec,
  CodecContext,
  Dictionary,
  FormatContext,
  Frame,
  Log,
  Packet,
  Rational,
  SoftwareScaleContext,
  type AVPixelFormat,
  type AVSampleFormat,
  type ChannelLayout,
  type FFEncoderCodec,
  type Stream,
} from 'node-av'

/**
 * Encoding of pictures and sounds that the program draws itself, with FFmpeg's own encoders.
 *
 * FFmpeg carries parts under the GPL: only a program of its own (a child process) or a test imports this.
 */

/** Draws frame `index` into `rgba`, which still holds the frame before it. */
export type DrawFrame = (index: number, rgba: Buffer) => void

/** Sample at `seconds`, in [-1, 1]. */
export type Sound = (seconds: number, channel: number) => number

export type VideoTrack = {
  /** As FFmpeg names it: `libx264`. */
  encoder: string
  widthPixels: number
  heightPixels: number
  pixelFormat: AVPixelFormat
  frameRate: { num: number; den: number }
  frames: number
  /** When frame `index` is shown, in frames at the rate: a rate that varies. Whole numbers that rise. */
  shownAt?: (index: number) => number
  draw: DrawFrame
  /** As given to the encoder: `crf`, `preset`, `x265-params`. */
  options?: Record<string, string | number>
  /** Turn that a player applies, clockwise. Written as a display matrix (ISO/IEC 14496-12, 8.3.2). */
  rotation?: 0 | 90 | 180 | 270
  /** Shape of a pixel, if not square. */
  pixelAspect?: { num: number; den: number }
  codecTag?: string
}

export type AudioTrack = {
  /** As FFmpeg names it: `libx264`. */
  encoder: string
  sampleRate: number
  channels: 1 | 2
  durationMs: number
  sound: Sound
  bitRate?: number
  sampleFormat?: AVSampleFormat
}

export type Recording = {
  path: string
  /** Name of the container as FFmpeg has it: `mp4`, `mov`, `matroska`. */
  container: string
  video?: VideoTrack
  audio?: AudioTrack
  containerOptions?: Record<string, string | number>
  metadata?: Record<string, string>
}

type Track = {
  context: CodecContext
  stream: Stream
  /** Seconds of media written so far, to keep the tracks beside each other. */
  position: () => number
  /** How long what is shown at `pts` is shown, both in ticks of the encoder. */
  lasts: (pts: bigint) => bigint
  /** Next frame, or undefined at the end. */
  next: () => Promise<Frame | undefined>
}

/** Writes the recording to `path`. The same recording gives the same bytes. */
export async function encode(recording: Recording): Promise<void> {
  Log.setLevel(AV_LOG_ERROR)
  const output = new FormatContext()
  check(output.allocOutputContext2(null, recording.container, recording.path), 'no such container')
  // Without this flag the file names the version of the library that wrote it.
  output.setOption('fflags', '+bitexact')
  if (recording.metadata !== undefined) output.metadata = Dictionary.fromObject(recording.metadata)
  const tracks: Track[] = []
  if (recording.video !== undefined) tracks.push(await openVideo(output, recording.video))
  if (recording.audio !== undefined) tracks.push(await openAudio(output, recording.audio))
  check(await output.openOutput(), 'cannot write there')
  check(await output.writeHeader(Dictionary.fromObject(recording.containerOptions ?? {})), 'header refused')
  const packet = new Packet()
  packet.alloc()
  const open = new Set(tracks)
  while (open.size > 0) {
    const track = [...open].reduce((a, b) => (b.position() < a.position() ? b : a))
    const frame = await track.next()
    check(await track.context.sendFrame(frame ?? null), 'frame refused')
    frame?.free()
    while ((await track.context.receivePacket(packet)) >= 0) {
      packet.streamIndex = track.stream.index
      // Not every encoder says it, and without it a container ends with the beginning of the last frame.
      if (packet.duration <= 0n) packet.duration = track.lasts(packet.pts)
      packet.rescaleTs(track.context.timeBase, track.stream.timeBase)
      check(await output.interleavedWriteFrame(packet), 'packet refused')
      packet.unref()
    }
    if (frame === undefined) open.delete(track)
  }
  check(await output.writeTrailer(), 'trailer refused')
  packet.free()
  for (const track of tracks) track.context.freeContext()
  await output.closeOutput()
  output.freeContext()
}

async function openVideo(output: FormatContext, video: VideoTrack): Promise<Track> {
  const { context, stream, codec } = begin(output, video.encoder)
  const aspect = video.pixelAspect ?? { num: 1, den: 1 }
  context.width = video.widthPixels
  context.height = video.heightPixels
  context.pixelFormat = video.pixelFormat
  context.timeBase = new Rational(video.frameRate.den, video.frameRate.num)
  context.framerate = new Rational(video.frameRate.num, video.frameRate.den)
  context.sampleAspectRatio = new Rational(aspect.num, aspect.den)
  context.gopSize = 30
  // More threads change the bytes of some encoders.
  context.threadCount = 1
  if (video.codecTag !== undefined) context.codecTag = video.codecTag
  check(await context.open2(codec, Dictionary.fromObject(video.options ?? {})), `${video.encoder} would not open`)
  finish(stream, context)
  stream.sampleAspectRatio = context.sampleAspectRatio
  if (video.rotation) stream.codecpar.addCodedSideData(AV_PKT_DATA_DISPLAYMATRIX, displayMatrix(video.rotation))

  const scaler = new SoftwareScaleContext()
  const { widthPixels: width, heightPixels: height } = video
  scaler.getContext(width, height, AV_PIX_FMT_RGBA, width, height, video.pixelFormat)
  const rgba = Buffer.alloc(width * height * 4)
  const shownAt = video.shownAt ?? ((at) => at)
  const durations = new Map<bigint, bigint>()
  let index = 0
  return {
    context,
    stream,
    lasts: (pts) => durations.get(pts) ?? 0n,
    position: () => (shownAt(index) * video.frameRate.den) / video.frameRate.num,
    next: async () => {
      if (index >= video.frames) return undefined
      video.draw(index, rgba)
      const drawn = Frame.fromVideoBuffer(rgba, { width, height, format: AV_PIX_FMT_RGBA })
      const frame = new Frame()
      frame.alloc()
      frame.width = width
      frame.height = height
      frame.format = video.pixelFormat
      frame.sampleAspectRatio = context.sampleAspectRatio
      check(frame.getBuffer(), 'no memory for a frame')
      check(await scaler.scaleFrame(frame, drawn), 'cannot convert the colours')
      drawn.free()
      frame.pts = BigInt(shownAt(index))
      frame.duration = BigInt(shownAt(index + 1) - shownAt(index))
      durations.set(frame.pts, frame.duration)
      index++
      return frame
    },
  }
}

async function openAudio(output: FormatContext, audio: AudioTrack): Promise<Track> {
  const { context, stream, codec } = begin(output, audio.encoder)
  // Masks: mono is front centre, stereo is front left and right.
  const mask = audio.channels === 1 ? 4n : 3n
  const channelLayout: ChannelLayout = { nbChannels: audio.channels, order: AV_CHANNEL_ORDER_NATIVE, mask }
  context.sampleRate = audio.sampleRate
  context.channelLayout = channelLayout
  context.sampleFormat = audio.sampleFormat ?? AV_SAMPLE_FMT_FLTP
  context.timeBase = new Rational(1, audio.sampleRate)
  if (audio.bitRate !== undefined) context.bitRate = BigInt(audio.bitRate)
  check(await context.open2(codec), `${audio.encoder} would not open`)
  finish(stream, context)
  const total = Math.round((audio.durationMs * audio.sampleRate) / 1000)
  let at = 0
  return {
    context,
    stream,
    lasts: () => 0n,
    position: () => at / audio.sampleRate,
    next: async () => {
      const nbSamples = Math.min(context.frameSize || 1024, total - at)
      if (nbSamples <= 0) return undefined
      const samples =
        context.sampleFormat === AV_SAMPLE_FMT_FLTP ? floats(audio, at, nbSamples) : integers(audio, at, nbSamples)
      const { sampleRate } = audio
      const frame = Frame.fromAudioBuffer(samples, {
        nbSamples,
        format: context.sampleFormat,
        sampleRate,
        channelLayout,
      })
      frame.pts = BigInt(at)
      at += nbSamples
      return frame
    },
  }
}

function begin(output: FormatContext, name: string) {
  const codec = Codec.findEncoderByName(name as FFEncoderCodec)
  if (codec === null) throw new Error(`this build has no encoder ${name}`)
  const context = new CodecContext()
  context.allocContext3(codec)
  if (output.oformat !== null && (Number(output.oformat.flags) & Number(AVFMT_GLOBALHEADER)) !== 0) {
    context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER)
  }
  return { codec, context, stream: output.newStream() }
}

function finish(stream: Stream, context: CodecContext): void {
  stream.timeBase = context.timeBase
  check(stream.codecpar.fromContext(context), 'codec parameters refused')
}

function floats(audio: AudioTrack, at: number, count: number): Buffer {
  const bytes = Buffer.alloc(count * audio.channels * 4)
  for (let channel = 0; channel < audio.channels; channel++) {
    for (let i = 0; i < count; i++) {
      bytes.writeFloatLE(audio.sound((at + i) / audio.sampleRate, channel), (channel * count + i) * 4)
    }
  }
  return bytes
}

function integers(audio: AudioTrack, at: number, count: number): Buffer {
  const bytes = Buffer.alloc(count * audio.channels * 2)
  for (let i = 0; i < count; i++) {
    for (let channel = 0; channel < audio.channels; channel++) {
      const sample = Math.max(-1, Math.min(1, audio.sound((at + i) / audio.sampleRate, channel)))
      const place = audio.sampleFormat === AV_SAMPLE_FMT_S16P ? channel * count + i : i * audio.channels + channel
      bytes.writeInt16LE(Math.round(sample * 32_767), place * 2)
    }
  }
  return bytes
}

/** Nine 32-bit numbers: 16.16 fixed point, the last column 2.30. */
function displayMatrix(rotation: 90 | 180 | 270): Buffer {
  const [a, b, c, d] = { 90: [0, 1, -1, 0], 180: [-1, 0, 0, -1], 270: [0, -1, 1, 0] }[rotation] as [
    number,
    number,
    number,
    number,
  ]
  const matrix = [a * 65_536, b * 65_536, 0, c * 65_536, d * 65_536, 0, 0, 0, 0x40000000]
  const bytes = Buffer.alloc(36)
  matrix.forEach((value, i) => bytes.writeInt32LE(value, i * 4))
  return bytes
}

function check(code: number, what: string): void {
  if (code < 0) throw new Error(`${what} (FFmpeg ${code})`)
}
