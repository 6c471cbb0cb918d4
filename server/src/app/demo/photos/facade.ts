import { canvasOf, develop, hex, mix, paint, scaled, smoothstep, type Colour } from '../draw/canvas.ts'
import { noiseFrom, type Noise } from '../draw/noise.ts'

export type Facade = {
  seed: number | string
  wall: Colour
  trim: Colour
  glass: Colour
  shutters: Colour
  sky: Colour
  columns: number
  rows: number
}

/** A wall full of windows in hard afternoon light, with the shadow of the house across the street. */
export function facade(photo: Facade, widthPixels: number, heightPixels: number): Buffer {
  const canvas = canvasOf(widthPixels, heightPixels)
  const noise = noiseFrom(`facade ${photo.seed}`)
  paint(canvas, (u, v) => {
    const x = (u * photo.columns) % 1
    const row = v * photo.rows
    const y = row % 1
    const cell = Math.floor(u * photo.columns) * 31 + Math.floor(row) * 17
    const shape = windowAt(photo, noise, { x, y, cell })
    const slope = v - (0.66 - 0.5 * u) - 0.02 * noise.at(u * 3, v * 3)
    const isRoofless = u > 0.55 ? 0.05 * smoothstep(0, 0.002, u - 0.55) : 0
    const shade = smoothstep(-0.004, 0.004, slope + isRoofless)
    const light = mix([1.5, 1.36, 1.14], [0.36, 0.42, 0.56], shade)
    return [shape[0] * light[0], shape[1] * light[1], shape[2] * light[2]]
  })
  return develop(canvas, { exposure: 1, vignette: 0.2, seed: photo.seed })
}

function windowAt(photo: Facade, noise: Noise, at: { x: number; y: number; cell: number }): Colour {
  const { x, y, cell } = at
  const plaster = 0.9 + 0.2 * noise.fbm(x * 8 + cell, y * 8, 4)
  const isOpen = noise.at(cell * 1.7, 4) > 0.45
  const across = Math.abs(x - 0.5)
  if (y > 0.94) return scaled(photo.trim, 0.9 * plaster)
  if (y > 0.925) return scaled(photo.wall, 0.45)
  if (y > 0.2 && y < 0.8) {
    if (across < 0.15) return paneAt(photo, noise, at, isOpen)
    if (across < 0.175) return scaled(photo.trim, plaster)
    if (across < 0.32 && isOpen) return slatsAt(photo, y, across)
  }
  if (y >= 0.8 && y < 0.835 && across < 0.21) return scaled(photo.trim, 1.05 * plaster)
  // Light comes from the upper left: sills and shutters throw a little shadow to the lower right.
  if (y >= 0.835 && y < 0.875 && x > 0.31 && x < 0.74) return scaled(photo.wall, 0.6 * plaster)
  if (isOpen && y > 0.22 && y < 0.82 && x > 0.82 && x < 0.845) return scaled(photo.wall, 0.62 * plaster)
  return scaled(photo.wall, plaster)
}

function paneAt(
  photo: Facade,
  noise: Noise,
  { x, y, cell }: { x: number; y: number; cell: number },
  isOpen: boolean,
): Colour {
  const across = Math.abs(x - 0.5)
  if (!isOpen) return slatsAt(photo, y, across)
  if (across < 0.009 || Math.abs(y - 0.42) < 0.008) return photo.trim
  const curtain = noise.at(cell * 2.3, 9) > 0.5 && across > 0.05
  const sky = mix(photo.glass, photo.sky, smoothstep(0.75, 0.2, y + x * 0.4) * 0.55)
  const reveal = smoothstep(0.2, 0.27, y) * smoothstep(0.34, 0.39, x)
  const pane = curtain ? mix(sky, photo.trim, 0.55 + 0.2 * Math.sin(x * 160)) : sky
  return scaled(pane, 0.35 + 0.65 * reveal)
}

function slatsAt(photo: Facade, y: number, across: number): Colour {
  const slat = (y * 34) % 1
  const frame = across > 0.305 || (across > 0.175 && across < 0.19) || across < 0.012
  return scaled(photo.shutters, frame ? 1 : 0.62 + 0.5 * smoothstep(0.9, 0.1, slat))
}

export const houses = {
  rose: {
    wall: hex('#e0a090'),
    trim: hex('#f4e8dc'),
    glass: hex('#283440'),
    shutters: hex('#3c6458'),
    sky: hex('#a8c8e8'),
  },
  ochre: {
    wall: hex('#e0b468'),
    trim: hex('#f6ecd8'),
    glass: hex('#2c3438'),
    shutters: hex('#34607c'),
    sky: hex('#b8d4ec'),
  },
  white: {
    wall: hex('#ece8e0'),
    trim: hex('#fcfaf4'),
    glass: hex('#243040'),
    shutters: hex('#2c5ca0'),
    sky: hex('#90bce8'),
  },
} as const
