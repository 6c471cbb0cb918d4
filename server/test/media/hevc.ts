import { u16, u32 } from './numbers.ts'

/** A stream of HEVC pictures that lean on no other, taken apart for a container; for tests. */

const [VPS, SPS, PPS] = [32, 33, 34]
const typeOf = (unit: Buffer): number => ((unit[0] as number) >> 1) & 63

/** ITU-T H.265 annex B. */
function unitsOf(stream: Buffer): Buffer[] {
  const starts: number[] = []
  for (let at = stream.indexOf('\0\0\x01', 0, 'latin1'); at >= 0; at = stream.indexOf('\0\0\x01', at + 3, 'latin1'))
    starts.push(at)
  return starts.map((start, index) => {
    const next = starts[index + 1] ?? stream.length + (stream.at(-1) === 0 ? 0 : 1)
    let end = Math.min(next, stream.length)
    while (end > start && stream[end - 1] === 0) end--
    return stream.subarray(start + 3, end)
  })
}

/** One picture each: all slices between two sets of parameters. */
export function samplesOf(stream: Buffer): Buffer[] {
  const samples: Buffer[][] = []
  for (const unit of unitsOf(stream)) {
    if (typeOf(unit) === VPS) samples.push([])
    if (typeOf(unit) < VPS) samples.at(-1)?.push(u32(unit.length), unit)
  }
  return samples.map((parts) => Buffer.concat(parts))
}

/** How they are to be decoded: ISO/IEC 14496-15 §8.3.3. */
export function configOf(stream: Buffer): Buffer {
  const units = unitsOf(stream)
  const set = (type: number) => units.find((unit) => typeOf(unit) === type) as Buffer
  const sps = unescaped(set(SPS))
  const isGrey = sps.length > 0 && chromaOf(sps) === 0
  const depth = depthOf(sps)
  const head = Buffer.concat([
    Buffer.from([1]),
    sps.subarray(3, 15),
    Buffer.from([0xf0, 0, 0xfc, 0xfc | (isGrey ? 0 : 1), 0xf8 | (depth - 8), 0xf8 | (depth - 8), 0, 0, 0x0f, 3]),
  ])
  const arrays = [VPS, SPS, PPS].map((type) => {
    const unit = set(type)
    return Buffer.concat([Buffer.from([0x80 | type, 0, 1]), u16(unit.length), unit])
  })
  return Buffer.concat([head, ...arrays])
}

/** Without the bytes that keep a start code from appearing. */
function unescaped(unit: Buffer): Buffer {
  const bytes = [...unit].filter((byte, i) => !(byte === 3 && i > 1 && unit[i - 1] === 0 && unit[i - 2] === 0))
  return Buffer.from(bytes)
}

const chromaOf = (sps: Buffer): number => numbersIn(sps)[1] as number
const depthOf = (sps: Buffer): number => 8 + (numbersIn(sps).at(-1) as number)

/** From `sps_seq_parameter_set_id` to `bit_depth_luma_minus8` (ITU-T H.265 §7.3.2.2), of one layer. */
function numbersIn(sps: Buffer): number[] {
  let at = (3 + 12) * 8
  const bit = () => ((sps[at >> 3] as number) >> (7 - (at++ & 7))) & 1
  const number = () => {
    let zeros = 0
    while (bit() === 0) zeros++
    let value = 1
    for (let i = 0; i < zeros; i++) value = value * 2 + bit()
    return value - 1
  }
  const numbers = [number(), number(), number(), number()]
  if (bit() === 1) for (let i = 0; i < 4; i++) number()
  return [...numbers, number()]
}
