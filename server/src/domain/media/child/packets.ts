import { AV_PKT_FLAG_DISCARD, Packet, type FormatContext, type Stream } from 'node-av'

/** AV_NOPTS_VALUE: the packet does not say when. */
export const NEVER = -(2n ** 63n)
const MOST_TIMES = 2_000_000

export type Scanned = {
  /** Frames that are shown. */
  frames: number
  /** Frames that only serve others: they are decoded and left out. */
  hidden: number
  isVariable: boolean
  /** Every frame says when it is shown. */
  isTimed: boolean
  /** From the first frame to the end of the last, in ticks of the stream. */
  first: number
  end: number
}

/** Reads every packet of a stream, decoding nothing; the container then stands at its beginning again. */
export async function scanPackets(format: FormatContext, stream: Stream): Promise<Scanned> {
  const packet = new Packet()
  packet.alloc()
  const times: number[] = []
  let [frames, hidden, end, isTimed] = [0, 0, 0, true]
  try {
    while ((await format.readFrame(packet)) >= 0) {
      if (packet.streamIndex === stream.index) {
        if (packet.hasFlags(AV_PKT_FLAG_DISCARD)) hidden++
        else {
          frames++
          if (packet.pts === NEVER) isTimed = false
          else {
            if (times.length < MOST_TIMES) times.push(Number(packet.pts))
            end = Math.max(end, Number(packet.pts) + Number(packet.duration))
          }
        }
      }
      packet.unref()
    }
  } finally {
    packet.free()
  }
  await format.seekFrame(-1, 0n)
  const sorted = Float64Array.from(times).sort()
  return { frames, hidden, isVariable: isTimed && variesIn(sorted), isTimed, first: sorted[0] ?? 0, end }
}

/** Times that were rounded to the ticks of a container differ by one either way. */
function variesIn(sorted: Float64Array): boolean {
  let [shortest, longest] = [Infinity, 0]
  for (let i = 1; i < sorted.length; i++) {
    const lasts = (sorted[i] ?? 0) - (sorted[i - 1] ?? 0)
    shortest = Math.min(shortest, lasts)
    longest = Math.max(longest, lasts)
  }
  return longest - shortest > Math.max(2, longest * 0.02)
}
