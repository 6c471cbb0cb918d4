import type { Metadata } from 'sharp'
import type { Codes } from './heif-boxes.ts'
import type { DeepPixels, Pixels } from './variants.ts'

/** ITU-T H.273 §8.1 and §8.2. */
const PQ = 16
const HLG = 18
const BT_2020 = 9
const DISPLAY_P3 = 12
const DCI_P3 = 11

/** From primaries to those of sRGB, in linear light, row by row. BT.2087 and the matrices of CSS Color 4 §10. */
const TO_SRGB: Readonly<Record<number, readonly number[]>> = {
  [BT_2020]: [1.660491, -0.587641, -0.07285, -0.12455, 1.1329, -0.008349, -0.018151, -0.100579, 1.11873],
  [DISPLAY_P3]: [1.22494, -0.22494, 0, -0.042057, 1.042057, 0, -0.019638, -0.078636, 1.098274],
}

/** What has to be done to the numbers of a picture before a screen shows them rightly. */
export type Reading = { transfer: 'pq' | 'hlg' | 'screen'; matrix: readonly number[] | undefined; isHdr: boolean }

/** A colour profile, where there is one, is believed rather than the codes, except of light beyond white. */
export function readCodes(codes: Codes | undefined, { icc }: Pick<Metadata, 'icc'>): Reading | undefined {
  if (codes === undefined) return undefined
  const transfer = codes.transfer === PQ ? 'pq' : codes.transfer === HLG ? 'hlg' : 'screen'
  if (transfer === 'screen' && icc !== undefined) return undefined
  const matrix = TO_SRGB[codes.primaries === DCI_P3 ? DISPLAY_P3 : codes.primaries]
  return { transfer, matrix, isHdr: transfer !== 'screen' }
}

export const isScreenReady = (reading: Reading | undefined): boolean =>
  reading === undefined || (reading.transfer === 'screen' && reading.matrix === undefined)

/** What white on paper is in a picture of high range, in cd/m² (ITU-R BT.2408 §2.2). */
const WHITE_NITS = 203
/** Of the light of white: what is darker stays as it is, what is brighter is pressed into what is left. */
const KNEE = 0.6
const DEPTH = 65_535

/** To sRGB with 8 bits a channel: wide colours are cut off where a screen ends, light beyond white is pressed below it. */
export function toScreen({ samples, raw }: DeepPixels, reading: Reading | undefined): Pixels {
  const { transfer, matrix = [1, 0, 0, 0, 1, 0, 0, 0, 1] } = reading ?? { transfer: 'screen' as const }
  const lightOf = linearTable(transfer)
  const { width, height, channels } = raw
  const colours = channels < 3 ? 1 : 3
  const bytes = Buffer.alloc(width * height * channels)
  for (let at = 0; at < samples.length; at += channels) {
    const [r, g, b] = [0, 1, 2].map((i) => lightOf[samples[at + (colours === 1 ? 0 : i)] as number] as number) as Light
    const light = transfer === 'hlg' ? displayed(r, g, b) : ([r, g, b] as Light)
    const [red, green, blue] = [0, 3, 6].map((row) => Math.max(0, dot(matrix, row, light))) as Light
    const most = Math.max(red, green, blue)
    const share = transfer === 'screen' || most <= KNEE ? 1 : pressed(most) / most
    bytes[at] = encoded(red * share)
    if (colours === 3) {
      bytes[at + 1] = encoded(green * share)
      bytes[at + 2] = encoded(blue * share)
    }
    if (channels > colours) bytes[at + colours] = (samples[at + colours] as number) >> 8
  }
  return { bytes, raw }
}

type Light = [number, number, number]

const dot = (matrix: readonly number[], row: number, [r, g, b]: Light): number =>
  (matrix[row] as number) * r + (matrix[row + 1] as number) * g + (matrix[row + 2] as number) * b

/** Goes on where it begins with the slope that it had, and never reaches white. */
const pressed = (light: number): number => KNEE + (1 - KNEE) * (1 - Math.exp(-(light - KNEE) / (1 - KNEE)))

/** IEC 61966-2-1. */
function encoded(light: number): number {
  const clipped = Math.min(1, light)
  return Math.round(255 * (clipped <= 0.0031308 ? 12.92 * clipped : 1.055 * clipped ** (1 / 2.4) - 0.055))
}

/** Light by sample, as shares of white. HLG: of the scene, from 0 to 1. */
function linearTable(transfer: Reading['transfer']): Float64Array {
  const of = transfer === 'pq' ? (v: number) => pqNits(v) / WHITE_NITS : transfer === 'hlg' ? hlgScene : srgbLight
  return Float64Array.from({ length: DEPTH + 1 }, (_, sample) => of(sample / DEPTH))
}

const srgbLight = (v: number): number => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)

/** SMPTE ST 2084 §5.1, in cd/m². */
function pqNits(v: number): number {
  const [m1, m2, c1, c2, c3] = [0.1593017578125, 78.84375, 0.8359375, 18.8515625, 18.6875] as const
  const root = v ** (1 / m2)
  return 10_000 * (Math.max(0, root - c1) / (c2 - c3 * root)) ** (1 / m1)
}

/** ITU-R BT.2100 table 5: the inverse OETF. */
function hlgScene(v: number): number {
  const [a, b, c] = [0.17883277, 0.28466892, 0.55991073] as const
  return v <= 0.5 ? (v * v) / 3 : (Math.exp((v - c) / a) + b) / 12
}

const HLG_PEAK_NITS = 1000
const HLG_GAMMA = 1.2

/** The same table: the OOTF of a screen of 1,000 cd/m². */
function displayed(r: number, g: number, b: number): Light {
  const luminance = 0.2627 * r + 0.678 * g + 0.0593 * b
  const gain = luminance <= 0 ? 0 : (HLG_PEAK_NITS / WHITE_NITS) * luminance ** (HLG_GAMMA - 1)
  return [r * gain, g * gain, b * gain]
}
