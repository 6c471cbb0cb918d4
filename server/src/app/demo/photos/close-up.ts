import {
  canvasOf,
  develop,
  hex,
  mix,
  paint,
  plus,
  scaled,
  smoothstep,
  type Canvas,
  type Colour,
} from '../draw/canvas.ts'
import { noiseFrom } from '../draw/noise.ts'
import { between, pick, randomFrom } from '../random.ts'

export type Flower = {
  seed: number | string
  inner: Colour
  outer: Colour
  heart: Colour
  leaves: Colour
  rings?: number
  petals?: number
}

/** A blossom from above, ring over ring of petals, before leaves out of focus. */
export function flower(photo: Flower, widthPixels: number, heightPixels: number): Buffer {
  const canvas = canvasOf(widthPixels, heightPixels)
  const aspect = widthPixels / heightPixels
  const noise = noiseFrom(`flower ${photo.seed}`)
  const random = randomFrom(`flower ${photo.seed}`)
  const [cx, cy] = [aspect * between(random, 0.4, 0.6), between(random, 0.44, 0.56)]
  const ringCount = photo.rings ?? 9
  const rings = Array.from({ length: ringCount }, (_, i) => ({
    reach: 0.07 + 0.36 * ((i + 1) / ringCount) ** 0.9,
    petals: (photo.petals ?? 13) + (i % 3),
    turn: random() * 6.283,
  }))
  paint(canvas, (u, v) => {
    const [x, y] = [u * aspect - cx, v - cy]
    const r = Math.hypot(x, y)
    const angle = Math.atan2(y, x)
    if (r < 0.055) return heartOf(noise, photo, x, y, r)
    for (let i = 0; i < rings.length; i++) {
      const ring = rings[i]
      if (ring === undefined) break
      const local = (((((angle + ring.turn) / 6.2832) * ring.petals) % 1) + 1) % 1
      const index = Math.floor((((angle + ring.turn) / 6.2832) * ring.petals + 100) % ring.petals)
      const across = Math.abs(local - 0.5) * 2
      const ragged = 0.94 + 0.12 * noise.at(index * 3.7 + i * 11, 1)
      const edge = ring.reach * ragged * (1 - 0.4 * across ** 2.6)
      if (r > edge) continue
      const below = rings[i - 1]
      const inner = below === undefined ? 0.055 : below.reach * 0.72
      const t = smoothstep(inner, edge, r)
      const vein = 0.92 + 0.14 * noise.fbm(local * 9 + index * 5, r * 12, 3)
      const fold = 0.68 + 0.42 * (1 - across ** 1.6)
      const shade = (0.3 + 0.75 * t) * vein * fold * (1.08 - 0.25 * smoothstep(-0.4, 0.4, x * 0.6 + y))
      return scaled(mix(photo.inner, photo.outer, smoothstep(0.1, 1, r / 0.43) * 0.8 + t * 0.2), shade * 1.15)
    }
    const blur = noise.fbm(u * aspect * 2.2, v * 2.2, 3)
    const dark = smoothstep(0.75, 0.38, r)
    return scaled(mix(photo.leaves, scaled(photo.leaves, 0.25), smoothstep(0.35, 0.65, blur)), 1 - 0.65 * dark)
  })
  return develop(canvas, { exposure: 1.25, vignette: 0.45, saturation: 1.08, seed: photo.seed })
}

function heartOf(noise: ReturnType<typeof noiseFrom>, photo: Flower, x: number, y: number, r: number): Colour {
  const grain = noise.at(x * 260, y * 260)
  const dome = 1 - 0.5 * (r / 0.055) ** 2
  return scaled(photo.heart, (0.45 + 0.75 * grain) * dome)
}

export type Lights = {
  seed: number | string
  back: Colour
  floor: Colour
  colours: readonly Colour[]
  count?: number
  size?: number
}

/** Lights of a street, far out of focus. */
export function lights(photo: Lights, widthPixels: number, heightPixels: number): Buffer {
  const canvas = canvasOf(widthPixels, heightPixels)
  const random = randomFrom(`lights ${photo.seed}`)
  const noise = noiseFrom(`lights ${photo.seed}`)
  paint(canvas, (u, v) => {
    const cloud = noise.fbm(u * 3, v * 2, 3)
    return scaled(mix(photo.back, photo.floor, smoothstep(0.35, 1, v + (cloud - 0.5) * 0.4)), 0.6 + cloud * 0.8)
  })
  for (let i = 0; i < (photo.count ?? 90); i++) {
    const near = random()
    const radius = (photo.size ?? 1) * heightPixels * (0.02 + near ** 2 * 0.075)
    const y = (0.5 + between(random, -0.34, 0.34) * (0.4 + near)) * heightPixels
    drawDisc(
      canvas,
      between(random, -0.05, 1.05) * widthPixels,
      y,
      radius,
      scaled(pick(random, photo.colours), between(random, 0.15, 0.75)),
    )
  }
  return develop(canvas, { exposure: 1.1, vignette: 0.4, bloom: 0.35, seed: photo.seed })
}

/** A point of light as a lens shows it out of focus: even, with a brighter rim. */
function drawDisc(canvas: Canvas, cx: number, cy: number, radius: number, colour: Colour): void {
  const { widthPixels: w, heightPixels: h, rgb } = canvas
  for (let y = Math.max(0, Math.floor(cy - radius)); y <= Math.min(h - 1, cy + radius); y++) {
    for (let x = Math.max(0, Math.floor(cx - radius)); x <= Math.min(w - 1, cx + radius); x++) {
      const r = Math.hypot(x - cx, y - cy) / radius
      if (r > 1) continue
      const share = smoothstep(1, 0.955, r) * (0.62 + 0.5 * smoothstep(0.72, 0.96, r))
      const at = (y * w + x) * 3
      for (let i = 0; i < 3; i++) rgb[at + i] = (rgb[at + i] as number) + (colour[i] as number) * share
    }
  }
}

export type Ink = { seed: number | string; colours: readonly [Colour, Colour, Colour, Colour]; scale?: number }

/** Pigment running through water: noise that bends noise. */
export function ink(photo: Ink, widthPixels: number, heightPixels: number): Buffer {
  const canvas = canvasOf(widthPixels, heightPixels)
  const aspect = widthPixels / heightPixels
  const noise = noiseFrom(`ink ${photo.seed}`)
  const scale = photo.scale ?? 2.2
  const [a, b, c, d] = photo.colours
  paint(canvas, (u, v) => {
    const [x, y] = [u * aspect * scale, v * scale]
    const qx = noise.fbm(x, y, 3)
    const qy = noise.fbm(x + 5.2, y + 1.3, 3)
    const rx = noise.fbm(x + 3.4 * qx + 1.7, y + 3.4 * qy + 9.2, 3)
    const ry = noise.fbm(x + 3.4 * qx + 8.3, y + 3.4 * qy + 2.8, 3)
    const value = noise.fbm(x + 3.8 * rx, y + 3.8 * ry, 5)
    const base = mix(mix(a, b, smoothstep(0.25, 0.7, value)), c, smoothstep(0.42, 0.72, rx) * 0.85)
    const thread = smoothstep(0.06, 0, Math.abs(ry - 0.5)) * 0.65
    return plus(mix(base, d, thread), scaled(d, smoothstep(0.62, 0.85, value) * 0.5))
  })
  return develop(canvas, { exposure: 1.15, vignette: 0.3, seed: photo.seed })
}

export const blossoms = {
  dahlia: { inner: hex('#8c1c3c'), outer: hex('#f0708c'), heart: hex('#5c1024'), leaves: hex('#2c4c28') },
  sunny: { inner: hex('#d8741c'), outer: hex('#f8c83c'), heart: hex('#4c2810'), leaves: hex('#3c5c30') },
  white: { inner: hex('#c8c090'), outer: hex('#f8f4ec'), heart: hex('#d8a02c'), leaves: hex('#284438') },
  violet: { inner: hex('#382070'), outer: hex('#a890e8'), heart: hex('#e8c850'), leaves: hex('#24402c') },
} as const
