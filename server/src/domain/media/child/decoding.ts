import {
  AV_PKT_FLAG_DISCARD,
  AVSEEK_FLAG_BACKWARD,
  Codec,
  CodecContext,
  Frame,
  Packet,
  type FormatContext,
  type Stream,
} from 'node-av'
import { Undecodable, UnknownCodec } from './undecodable.ts'

const MOST_PIXELS = 8192 * 8192

/** A decoder of one stream, for as long as `work` takes. Frames are its own: what is kept is copied. */
export async function withDecoder<T>(
  stream: Stream,
  threads: number,
  work: (context: CodecContext) => Promise<T>,
): Promise<T> {
  const { codecpar } = stream
  if (codecpar.width * codecpar.height > MOST_PIXELS)
    throw new Undecodable('Its pictures are larger than can be decoded.')
  const codec = Codec.findDecoder(codecpar.codecId)
  if (codec === null) throw new UnknownCodec('It is written in a codec that is not known here.')
  const context = new CodecContext()
  context.allocContext3(codec)
  try {
    context.parametersToContext(codecpar)
    context.pktTimebase = stream.timeBase
    context.threadCount = threads
    if ((await context.open2(codec, null)) < 0)
      throw new Undecodable('It cannot be decoded: it is damaged or incomplete.')
    return await work(context)
  } finally {
    context.freeContext()
  }
}

export type Reading = {
  format: FormatContext
  index: number
  context: CodecContext
  /** Only frames that are shown. */
  isTrimmed: boolean
  mostPackets: number
}

/**
 * The frames of a stream from where its container stands, in the order in which they are shown. Each is gone when the
 * next is asked for.
 */
export async function* framesFrom({
  format,
  index,
  context,
  isTrimmed,
  mostPackets,
}: Reading): AsyncGenerator<Frame, void, void> {
  const packet = new Packet()
  packet.alloc()
  const frame = new Frame()
  frame.alloc()
  try {
    for (let read = 0; read < mostPackets; read++) {
      const isEnd = (await format.readFrame(packet)) < 0
      if (!isEnd && packet.streamIndex !== index) {
        packet.unref()
        continue
      }
      if (!isTrimmed) packet.clearFlags(AV_PKT_FLAG_DISCARD)
      await context.sendPacket(isEnd ? null : packet)
      if (!isEnd) packet.unref()
      while ((await context.receiveFrame(frame)) >= 0) {
        yield frame
        frame.unref()
      }
      if (isEnd) return
    }
  } finally {
    packet.free()
    frame.free()
  }
}

/** @param position  microseconds on the clock of the container */
export async function seek(format: FormatContext, position: number): Promise<void> {
  await format.seekFrame(-1, BigInt(Math.round(position)), AVSEEK_FLAG_BACKWARD)
}
