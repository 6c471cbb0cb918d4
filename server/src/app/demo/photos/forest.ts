import {
  canvasOf,
  develop,
  hex,
  mix,
  paint,
  plus,
  scaled,
  smoothstep,
  type Colour,
  type Development,
} from '../draw/canvas.ts'
import { noiseFrom } from '../draw/noise.ts'
import { between, randomFrom } from '../random.ts'

export type Forest = {
  seed: number | string
  light: Colour
  mist: Colour
  bark: Colour
  leaves: Colour
  ground: Colour
  development?: Development
}

type Trunk = { x: number; half: number; lean: number; phase: number }

/** Trunks in seven depths of mist, with light falling between them from the upper left. */
export function forest(photo: Forest, widthPixels: number, heightPixels: number): Buffer {
  const canvas = canvasOf(widthPixels, heightPixels)
  const aspect = widthPixels / heightPixels
  const noise = noiseFrom(`forest ${photo.seed}`)
  const rows = standOf(photo.seed, aspect)
  const shaftAt = (x: number, v: number) => {
    const across = x * 0.9 + v * 0.52
    return (
      smoothstep(0.5, 0.82, noise.fbm(across * 7, 2, 3)) *
      smoothstep(1.05, 0.1, v) *
      smoothstep(1.4, 0.1, Math.abs(x - aspect * 0.32))
    )
  }
  paint(canvas, (u, v) => {
    const x = u * aspect
    const centre = Math.exp(-(((x - aspect * 0.4) / 0.7) ** 2 + ((v - 0.36) / 0.5) ** 2))
    let colour = mix(photo.mist, photo.light, centre)
    for (let row = 0; row < rows.length; row++) {
      const near = row / (rows.length - 1)
      const depth = 0.12 + near * 0.86
      const floor = 0.6 + near * 0.26 + (noise.fbm(x * (5 - near * 3) + row * 9, row, 3) - 0.5) * 0.07
      const dark = mix(mix(photo.mist, photo.light, centre * 0.8), photo.bark, depth ** 1.25)
      const leaf = row % 2 === 0 ? leafShare(noise, x, v, row, near) : 0
      if (leaf > 0) colour = mix(colour, mix(dark, photo.leaves, 0.55 * depth), leaf * (0.35 + 0.5 * near))
      const trunk = trunkShare(noise, rows[row]?.[Math.floor(x * 20)] ?? [], x, v, floor + 0.02)
      if (trunk > 0) colour = mix(colour, dark, trunk)
      if (v > floor) {
        const moss = mix(photo.ground, photo.bark, noise.fbm(x * 30, v * 60, 3) * 0.9)
        colour = mix(
          colour,
          mix(mix(photo.mist, photo.light, centre), moss, depth),
          smoothstep(floor, floor + 0.012, v),
        )
      }
    }
    return plus(colour, scaled(photo.light, shaftAt(x, v) * 0.2))
  })
  return develop(canvas, { exposure: 1.05, vignette: 0.4, ...photo.development, seed: photo.seed })
}

function standOf(seed: number | string, aspect: number): Trunk[][][] {
  const random = randomFrom(`trunks ${seed}`)
  const stand = Array.from({ length: 7 }, (_, row) => {
    const near = row / 6
    const count = Math.round(aspect * (22 - near * 19))
    return Array.from({ length: count }, (): Trunk => ({
      x: between(random, -0.05, aspect + 0.05),
      half: (0.0035 + near ** 1.6 * 0.028) * between(random, 0.65, 1.3),
      lean: between(random, -0.03, 0.03),
      phase: random() * 100,
    }))
  })
  // By columns of a twentieth of the height, so that a pixel asks only those that can be there.
  return stand.map((trunks) =>
    Array.from({ length: Math.ceil(aspect * 20) + 1 }, (_, cell) =>
      trunks.filter(({ x, half }) => Math.abs(x - (cell + 0.5) / 20) < 0.025 + half * 1.6 + 0.035),
    ),
  )
}

function trunkShare(
  noise: ReturnType<typeof noiseFrom>,
  trunks: readonly Trunk[],
  x: number,
  v: number,
  floor: number,
): number {
  if (v > floor) return 0
  let share = 0
  for (const trunk of trunks) {
    const away = Math.abs(x - trunk.x - trunk.lean * (floor - v))
    const half = trunk.half * (0.8 + 0.35 * (v / floor) ** 2)
    if (away > half * 1.4) continue
    const bark = half * (0.92 + 0.16 * noise.at(v * 40, trunk.phase))
    share = Math.max(share, smoothstep(bark + 0.0012, bark - 0.0008, away))
  }
  return share
}

function leafShare(noise: ReturnType<typeof noiseFrom>, x: number, v: number, row: number, near: number): number {
  if (v > 0.55) return 0
  const size = 7 - near * 3.5
  const mass = noise.fbm(x * size + row * 17, v * size + row, 5)
  return smoothstep(0.5, 0.68, mass + (0.3 - v) * 0.62)
}

export const forestLights = {
  summer: {
    light: hex('#f4f0b8'),
    mist: hex('#9cb89a'),
    bark: hex('#141c16'),
    leaves: hex('#4a6a2c'),
    ground: hex('#2c4020'),
  },
  autumn: {
    light: hex('#ffe0a0'),
    mist: hex('#c8a888'),
    bark: hex('#20140e'),
    leaves: hex('#b85c1c'),
    ground: hex('#6c3c18'),
  },
  winter: {
    light: hex('#f6f6f8'),
    mist: hex('#b4bec8'),
    bark: hex('#1c2228'),
    leaves: hex('#8c98a4'),
    ground: hex('#dce4ec'),
  },
  night: {
    light: hex('#5c86b8'),
    mist: hex('#1c3048'),
    bark: hex('#04080e'),
    leaves: hex('#0c1c28'),
    ground: hex('#0a141c'),
  },
} as const
