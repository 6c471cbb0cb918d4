import { between, randomFrom } from '../random.ts'
import { blend, mix, type Canvas, type Colour } from './canvas.ts'
import { noiseFrom } from './noise.ts'

export type Conifers = {
  /** Row on which they stand in the middle, as a share of the height; the ground rises and falls by `swell`. */
  ground: number
  swell: number
  /** Heights as shares of the picture's height. */
  tallest: number
  smallest: number
  count: number
  near: Colour
  far: Colour
  seed: number | string
  /** Higher at the sides, so that the middle stays open. */
  isFrame?: boolean
}

/** A row of firs as shapes against the light, and the dark ground under them. */
export function drawConifers(canvas: Canvas, trees: Conifers): void {
  const { widthPixels: w, heightPixels: h } = canvas
  const random = randomFrom(`firs ${trees.seed}`)
  const noise = noiseFrom(`firs ${trees.seed}`)
  const groundAt = (u: number) => {
    const frame = trees.isFrame ? -0.09 * Math.abs(u - 0.5) ** 1.5 * 4 : 0
    return (trees.ground + (noise.fbm(u * 3, 1, 3) - 0.5) * trees.swell + frame) * h
  }
  const stand = Array.from({ length: trees.count }, () => ({
    u: between(random, -0.02, 1.02),
    size: random(),
    lean: between(random, -0.02, 0.02),
  }))
  for (const tree of stand.toSorted((a, b) => a.size - b.size)) {
    const sides = trees.isFrame ? 0.45 + 1.1 * Math.abs(tree.u - 0.5) * 1.6 : 1
    const height = (trees.smallest + (trees.tallest - trees.smallest) * tree.size ** 2) * h * sides
    drawFir(
      canvas,
      { x: tree.u * w, base: groundAt(tree.u) + height * 0.06, height, lean: tree.lean },
      mix(trees.far, trees.near, tree.size),
      random,
    )
  }
  for (let x = 0; x < w; x++) {
    const edge = groundAt(x / w) + (noise.at(x * 0.13, 3) - 0.5) * h * 0.012
    for (let y = Math.max(0, Math.floor(edge)); y < h; y++) blend(canvas, x, y, trees.near, Math.min(1, y + 1 - edge))
  }
}

type Fir = { x: number; base: number; height: number; lean: number }

function drawFir(canvas: Canvas, fir: Fir, colour: Colour, random: () => number): void {
  const top = Math.floor(fir.base - fir.height)
  const tiers = 9 + Math.floor(random() * 8)
  const girth = fir.height * between(random, 0.13, 0.2)
  const phase = random() * 10
  for (let y = Math.max(0, top); y <= Math.min(canvas.heightPixels - 1, fir.base); y++) {
    const t = (y - top) / fir.height
    const tier = t * tiers
    const branch = tier % 1
    const shag = 0.72 + 0.28 * Math.sin(y * 1.7 + phase) * Math.sin(y * 0.61 + phase * 3)
    const half = Math.max(0.6, girth * t ** 0.85 * (0.42 + 0.58 * branch) * shag)
    const middle = fir.x + fir.lean * (fir.base - y)
    const droop = (side: number) => half * (0.9 + 0.16 * Math.sin(Math.floor(tier) * 2.7 + side + phase))
    const [left, right] = [middle - droop(0), middle + droop(2)]
    for (let x = Math.floor(left); x <= right; x++) {
      blend(canvas, x, y, colour, Math.min(1, x + 1 - left, right - x + 0.5))
    }
  }
}
