import sharp, { type Metadata } from 'sharp'
import { OPENING, undecodable } from './still.ts'
import type { Pixels } from './variants.ts'

/** Of the values, from below and from above: what lies beyond is a hole in the data or a glint. */
const OUTLYING = 0.005

/** Whether its one channel holds numbers that were measured, such as heights, rather than light from black to white. */
export const isMeasured = ({ format, channels, depth, space }: Metadata): boolean =>
  format === 'tiff' && channels === 1 && depth === 'float' && space === 'b-w'

/**
 * A picture of measured numbers, at most `side` pixels long, as it is stored: from 0 to 1 they are taken as they are, others
 * are spread from black to white.
 *
 * @throws Undecodable
 */
export async function decodeMeasured(path: string, side: number): Promise<Pixels> {
  const { data, info } = await sharp(path, OPENING)
    .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
    .raw({ depth: 'float' })
    .toBuffer({ resolveWithObject: true })
    .catch(undecodable)
  const all = new Float32Array(data.buffer, data.byteOffset, data.byteLength / 4)
  const values = Float32Array.from({ length: all.length / info.channels }, (_, i) => all[i * info.channels] ?? 0)
  const [low, high] = rangeOf(values)
  const bytes = Buffer.alloc(values.length)
  for (let i = 0; i < values.length; i++)
    bytes[i] = Math.round(255 * Math.min(1, Math.max(0, ((values[i] as number) - low) / (high - low) || 0)))
  return { bytes, raw: { width: info.width, height: info.height, channels: 1 } }
}

/** What becomes black, and what white. */
function rangeOf(values: Float32Array): [low: number, high: number] {
  const sorted = values.filter((value) => Number.isFinite(value)).sort()
  const at = (share: number) => sorted[Math.round((sorted.length - 1) * share)] ?? 0
  const [low, high] = [at(OUTLYING), at(1 - OUTLYING)]
  return low >= 0 && high <= 1 ? [0, 1] : [low, high > low ? high : low + 1]
}
