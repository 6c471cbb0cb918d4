import { randomFrom } from '../random.ts'

/** A field of smooth numbers over the plane. */
export type Noise = {
  /** In [0, 1], changing over distances of about 1. */
  at: (x: number, y: number) => number
  /** Octaves of `at`, each twice as fine and half as strong: [0, 1], mostly near the middle. */
  fbm: (x: number, y: number, octaves: number) => number
  /** Sharp crests where `fbm` has its middle: mountains. [0, 1] */
  ridged: (x: number, y: number, octaves: number) => number
}

const SIDE = 256

/** Value noise on a lattice that repeats after 256; octaves are turned against each other so that no grid shows. */
export function noiseFrom(seed: number | string): Noise {
  const random = randomFrom(seed)
  const lattice = Float32Array.from({ length: SIDE * SIDE }, random)

  const at = (x: number, y: number): number => {
    const x0 = Math.floor(x)
    const y0 = Math.floor(y)
    const fx = x - x0
    const fy = y - y0
    const sx = fx * fx * fx * (fx * (fx * 6 - 15) + 10)
    const sy = fy * fy * fy * (fy * (fy * 6 - 15) + 10)
    const left = x0 & 255
    const right = (x0 + 1) & 255
    const top = (y0 & 255) << 8
    const bottom = ((y0 + 1) & 255) << 8
    const a = lattice[top + left] as number
    const b = lattice[top + right] as number
    const c = lattice[bottom + left] as number
    const d = lattice[bottom + right] as number
    const upper = a + (b - a) * sx
    return upper + (c + (d - c) * sx - upper) * sy
  }

  const octavesOf = (shape: (value: number) => number) => (x: number, y: number, octaves: number) => {
    let sum = 0
    let weight = 0.5
    let total = 0
    let [px, py] = [x, y]
    for (let i = 0; i < octaves; i++) {
      sum += shape(at(px, py)) * weight
      total += weight
      weight *= 0.5
      // A turn of 37 degrees and a scale of 2.03.
      const turned = 1.6213 * px - 1.2217 * py + 17.3
      py = 1.2217 * px + 1.6213 * py + 9.1
      px = turned
    }
    return sum / total
  }

  return { at, fbm: octavesOf((value) => value), ridged: ridgedFrom(at) }
}

function ridgedFrom(at: Noise['at']): Noise['ridged'] {
  return (x, y, octaves) => {
    let sum = 0
    let weight = 0.5
    let carry = 1
    let [px, py] = [x, y]
    for (let i = 0; i < octaves; i++) {
      const fold = 1 - Math.abs(at(px, py) * 2 - 1)
      const crest = fold * fold * carry
      sum += crest * weight
      // Detail only where the larger shape is high: valleys stay smooth.
      carry = Math.min(1, crest * 1.8)
      weight *= 0.5
      const turned = 1.6213 * px - 1.2217 * py + 17.3
      py = 1.2217 * px + 1.6213 * py + 9.1
      px = turned
    }
    return Math.min(1, sum * 1.15)
  }
}
