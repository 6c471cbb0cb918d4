import { mix, smoothstep, type Canvas, type Colour } from './canvas.ts'
import { noiseFrom } from './noise.ts'

export type Water = {
  /** Colour of the water itself, seen where one looks steeply into it. */
  deep: Colour
  /** 0 a mirror, 1 a breeze. */
  ripple: number
  /** Row of the horizon, as a share of the height. */
  horizon: number
  glitter?: { colour: Colour; azimuth: number; width: number }
  seed: number | string
}

/**
 * Gives the pixels marked in `mask` what the water mirrors, disturbed by waves.
 *
 * @param mirror  what a still surface would show, of any size
 */
export function drawWater(canvas: Canvas, mask: Uint8Array, mirror: Canvas, water: Water): void {
  const { widthPixels: w, heightPixels: h } = canvas
  const noise = noiseFrom(`water ${water.seed}`)
  const horizonRow = water.horizon * h
  for (let y = 0; y < h; y++) {
    const below = Math.max(1, y - horizonRow) / h
    // Waves shrink towards the horizon as 1 / distance.
    const depth = 0.06 / below
    for (let x = 0; x < w; x++) {
      const at = y * w + x
      if (mask[at] === 0) continue
      const across = ((x - w / 2) / h) * depth * 16
      const wave = noise.fbm(across * 1.2, depth * 90, 3) - 0.5
      const chop = noise.fbm(across * 5 + 31, depth * 260, 2) - 0.5
      const sway = water.ripple * (wave * 0.09 + chop * 0.04) * (0.25 + below * 2.4)
      const row = Math.max(horizonRow + 2, Math.min(h - 1, y + (sway + Math.abs(sway)) * h * 0.5))
      const column = Math.max(0, Math.min(w - 1, x + sway * h * 0.22))
      const disturbed = mirroredAt(mirror, column / w, row / h)
      const mirrored = disturbed[2] > 0 ? disturbed : mirroredAt(mirror, x / w, y / h)
      const share = 0.12 + 0.75 * smoothstep(0.02, 0.75, below) + water.ripple * 0.12 * (wave + 0.5)
      let colour = mix([mirrored[0] * 0.94, mirrored[1] * 0.95, mirrored[2] * 0.96], water.deep, share * 0.8)
      if (water.glitter !== undefined) colour = glittering(water.glitter, colour, (x - w / 2) / h, below, wave + chop)
      canvas.rgb[at * 3] = colour[0]
      canvas.rgb[at * 3 + 1] = colour[1]
      canvas.rgb[at * 3 + 2] = colour[2]
    }
  }
}

function glittering(
  glitter: NonNullable<Water['glitter']>,
  colour: Colour,
  x: number,
  below: number,
  wave: number,
): Colour {
  const away = Math.abs(x - glitter.azimuth) / (glitter.width * (0.5 + below * 1.6))
  const light = Math.exp(-away * away) * smoothstep(0.02, 0.34, wave) * 2.2
  return [
    colour[0] + glitter.colour[0] * light,
    colour[1] + glitter.colour[1] * light,
    colour[2] + glitter.colour[2] * light,
  ]
}

function mirroredAt(mirror: Canvas, u: number, v: number): Colour {
  const x = Math.min(mirror.widthPixels - 1, Math.floor(u * mirror.widthPixels))
  const y = Math.min(mirror.heightPixels - 1, Math.floor(v * mirror.heightPixels))
  const at = (y * mirror.widthPixels + x) * 3
  return [mirror.rgb[at] as number, mirror.rgb[at + 1] as number, mirror.rgb[at + 2] as number]
}
