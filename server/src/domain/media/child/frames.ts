import type { FormatContext, Stream } from 'node-av'
import { LONGEST_SIDE } from '../rendering.ts'
import { framesFrom, seek, withDecoder } from './decoding.ts'
import { shapeOf, toPixels, within, type Shape } from './picture.ts'
import { Undecodable } from './undecodable.ts'
import type { Pixels } from './variants.ts'

export type { Shape } from './picture.ts'

/** Packets that are read in search of one frame: some codecs begin with frames that cannot be shown. */
const MOST_PACKETS = 2_000
/** Mean of the samples from 0 to 255 below which a frame counts as black. */
const BLACK = 24
/** Beyond this it counts as a white flash. */
const WHITE = 235
/** How much neighbouring samples differ, on average, below which a frame counts as blank or blurred. */
const BLANK = 1.2

type Found = { pixels: Pixels; shape: Shape }

/**
 * The first frame at one of `positions` that is neither black nor blank; else the best of them.
 *
 * @param positions  in microseconds from the beginning, in the order in which they are tried
 * @throws Undecodable  there is no frame that can be decoded
 */
export async function findPoster(format: FormatContext, stream: Stream, positions: readonly number[]): Promise<Found> {
  let best: (Found & { worth: number }) | undefined
  // A clip may say of all its frames that they lie outside of what is shown: then one of them is better than none.
  for (const [position, isTrimmed] of [...positions.map((each) => [each, true] as const), [0, false] as const]) {
    if (!isTrimmed && best !== undefined) break
    const found = await pictureAt(format, stream, { position, isTrimmed })
    if (found === undefined) continue
    const { light, detail } = look(found.pixels)
    const isLit = light >= BLACK && light <= WHITE
    const worth = (isLit ? 1_000 : 0) + detail
    if (best === undefined || worth > best.worth) best = { ...found, worth }
    if (isLit && detail >= BLANK) break
  }
  if (best === undefined) throw new Undecodable('The recording holds no picture that can be decoded.')
  return { pixels: best.pixels, shape: best.shape }
}

/** `isTrimmed`: only frames that are shown. */
type Wanted = { position: number; isTrimmed: boolean }

async function pictureAt(
  format: FormatContext,
  stream: Stream,
  { position, isTrimmed }: Wanted,
): Promise<Found | undefined> {
  if (position > 0 || !isTrimmed) await seek(format, position)
  return withDecoder(stream, 1, async (context) => {
    const reading = { format, index: stream.index, context, isTrimmed, mostPackets: MOST_PACKETS }
    for await (const frame of framesFrom(reading)) {
      const shape = shapeOf(stream, frame)
      return { shape, pixels: await toPixels(frame, within(shape, LONGEST_SIDE.large)) }
    }
    return undefined
  })
}

/** Of a sample of the bytes: `light` is their mean, `detail` how much those that lie side by side differ. */
function look({ bytes, raw: { width, height } }: Pixels): { light: number; detail: number } {
  let light = 0
  let detail = 0
  let count = 0
  const across = Math.max(1, Math.floor(width / 160))
  for (let y = 0; y < height; y += across) {
    for (let x = 0; x + across < width; x += across) {
      const at = (y * width + x) * 3 + 1
      const [here, beside] = [bytes[at] ?? 0, bytes[at + across * 3] ?? 0]
      light += here
      detail += Math.abs(here - beside)
      count++
    }
  }
  return count === 0 ? { light: 0, detail: 0 } : { light: light / count, detail: detail / count }
}
