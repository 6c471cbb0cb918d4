import { noiseFrom } from './noise.ts'

/** Linear light, 0 dark to 1 bright; brighter is possible until it is developed. */
export type Colour = readonly [red: number, green: number, blue: number]

/** Rows from the top, three numbers each pixel, in linear light. */
export type Canvas = { widthPixels: number; heightPixels: number; rgb: Float32Array }

export function canvasOf(widthPixels: number, heightPixels: number): Canvas {
  return { widthPixels, heightPixels, rgb: new Float32Array(widthPixels * heightPixels * 3) }
}

/** A colour as it stands in a style sheet, `#rrggbb`, in linear light. */
export function hex(code: string): Colour {
  const channel = (at: number) => (Number.parseInt(code.slice(at, at + 2), 16) / 255) ** 2.2
  return [channel(1), channel(3), channel(5)]
}

export function mix(a: Colour, b: Colour, share: number): Colour {
  const t = share < 0 ? 0 : share > 1 ? 1 : share
  return [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t]
}

export function scaled(colour: Colour, by: number): Colour {
  return [colour[0] * by, colour[1] * by, colour[2] * by]
}

export function times(a: Colour, b: Colour): Colour {
  return [a[0] * b[0], a[1] * b[1], a[2] * b[2]]
}

export function plus(a: Colour, b: Colour): Colour {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
}

/** 0 at or below `low`, 1 at or above `high`, smooth between; also falling, with `low` above `high`. */
export function smoothstep(low: number, high: number, value: number): number {
  const t = (value - low) / (high - low)
  const clamped = t < 0 ? 0 : t > 1 ? 1 : t
  return clamped * clamped * (3 - 2 * clamped)
}

/** Fills every pixel: `u` from 0 to 1 along the width, `v` from 0 at the top to 1. */
export function paint(canvas: Canvas, colourAt: (u: number, v: number) => Colour): void {
  const { widthPixels: w, heightPixels: h, rgb } = canvas
  for (let y = 0, at = 0; y < h; y++) {
    for (let x = 0; x < w; x++, at += 3) {
      const colour = colourAt((x + 0.5) / w, (y + 0.5) / h)
      rgb[at] = colour[0]
      rgb[at + 1] = colour[1]
      rgb[at + 2] = colour[2]
    }
  }
}

/** Lays a colour over a pixel; outside the canvas nothing happens. */
export function blend(canvas: Canvas, x: number, y: number, colour: Colour, share: number): void {
  if (x < 0 || y < 0 || x >= canvas.widthPixels || y >= canvas.heightPixels || share <= 0) return
  const at = (Math.floor(y) * canvas.widthPixels + Math.floor(x)) * 3
  const { rgb } = canvas
  for (let i = 0; i < 3; i++) rgb[at + i] = (rgb[at + i] as number) * (1 - share) + (colour[i] as number) * share
}

export type Development = {
  exposure?: number
  /** 1 as drawn; above, more colour. */
  saturation?: number
  /** Darkening towards the corners, 0 to 1. */
  vignette?: number
  /** Strength of the grain, about 0.01 to 0.05. */
  grain?: number
  /** Glow around what is brighter than white, 0 to 1. */
  bloom?: number
  /** Lifts the blacks as faded film does, about 0.02. */
  fade?: number
  isMonochrome?: boolean
  seed?: number | string
}

/** Linear light to 8-bit sRGB, as a camera and a careful person would. */
export function develop(canvas: Canvas, how: Development = {}): Buffer {
  const { widthPixels: w, heightPixels: h, rgb } = canvas
  const {
    exposure = 1,
    saturation = 1.05,
    vignette = 0.25,
    grain = 0.018,
    bloom = 0.25,
    fade = 0,
    isMonochrome = false,
  } = how
  const glow = bloom > 0 ? glowOf(canvas) : undefined
  const specks = grainTile(how.seed ?? 1)
  const out = Buffer.alloc(w * h * 3)
  for (let y = 0, at = 0; y < h; y++) {
    for (let x = 0; x < w; x++, at += 3) {
      const dx = (x / w - 0.5) * 1.3
      const dy = (y / h - 0.5) * 1.3
      const shade = exposure * (1 - vignette * Math.min(1, dx * dx + dy * dy))
      const red = filmic(((rgb[at] as number) + (glow ? (glow[at] as number) * bloom : 0)) * shade)
      const green = filmic(((rgb[at + 1] as number) + (glow ? (glow[at + 1] as number) * bloom : 0)) * shade)
      const blue = filmic(((rgb[at + 2] as number) + (glow ? (glow[at + 2] as number) * bloom : 0)) * shade)
      const grey = red * 0.3 + green * 0.59 + blue * 0.11
      const keep = isMonochrome ? 0 : saturation
      const speck = (specks[((y & 255) << 8) | (x & 255)] as number) * grain * (1.2 - grey)
      out[at] = byteOf(grey + (red - grey) * keep + speck, fade)
      out[at + 1] = byteOf(grey + (green - grey) * keep + speck, fade)
      out[at + 2] = byteOf(grey + (blue - grey) * keep + speck, fade)
    }
  }
  return out
}

const BRIGHTEST = 8
const STEPS = 8192

/** A shoulder for the lights (after Narkowicz's fit of ACES), then the curve of a screen; by the square root of the light, fine in the shadows. */
const curve = Float32Array.from({ length: STEPS + 1 }, (_, i) => {
  const x = (i / STEPS) ** 2 * BRIGHTEST * 0.85
  return Math.min(1, (x * (2.51 * x + 0.03)) / (x * (2.43 * x + 0.59) + 0.14)) ** (1 / 2.2)
})

function filmic(light: number): number {
  if (light <= 0) return 0
  return curve[Math.min(STEPS, Math.floor(Math.sqrt(light / BRIGHTEST) * STEPS))] as number
}

function byteOf(value: number, fade: number): number {
  const lifted = fade + value * (1 - fade)
  return lifted <= 0 ? 0 : lifted >= 1 ? 255 : Math.round(lifted * 255)
}

function grainTile(seed: number | string): Float32Array {
  const noise = noiseFrom(`grain ${seed}`)
  return Float32Array.from({ length: 256 * 256 }, (_, i) => noise.at((i & 255) * 0.83, (i >> 8) * 0.83) * 2 - 1)
}

const GLOW_CELL = 16

/** What shines over white, spread over its surroundings: averaged in cells, then blurred three times. */
function glowOf({ widthPixels, heightPixels, rgb }: Canvas): Float32Array {
  const w = Math.ceil(widthPixels / GLOW_CELL)
  const h = Math.ceil(heightPixels / GLOW_CELL)
  let cells = new Float32Array(w * h * 3)
  for (let y = 0; y < heightPixels; y += 2) {
    for (let x = 0; x < widthPixels; x += 2) {
      const from = (y * widthPixels + x) * 3
      const to = (Math.floor(y / GLOW_CELL) * w + Math.floor(x / GLOW_CELL)) * 3
      for (let i = 0; i < 3; i++)
        cells[to + i] = (cells[to + i] as number) + Math.min(3, Math.max(0, (rgb[from + i] as number) - 0.85)) / 64
    }
  }
  for (let pass = 0; pass < 3; pass++) cells = blurred(cells, w, h)
  return smooth(cells, w, h, widthPixels, heightPixels)
}

function blurred(cells: Float32Array, w: number, h: number): Float32Array<ArrayBuffer> {
  const out = new Float32Array(cells.length)
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      for (let i = 0; i < 3; i++) {
        let sum = 0
        for (let dy = -2; dy <= 2; dy++) {
          for (let dx = -2; dx <= 2; dx++) {
            const sy = Math.min(h - 1, Math.max(0, y + dy))
            const sx = Math.min(w - 1, Math.max(0, x + dx))
            sum += cells[(sy * w + sx) * 3 + i] as number
          }
        }
        out[(y * w + x) * 3 + i] = sum / 25
      }
    }
  }
  return out
}

/** The cells stretched over the whole picture, without edges. */
function smooth(cells: Float32Array, w: number, h: number, widthPixels: number, heightPixels: number): Float32Array {
  const out = new Float32Array(widthPixels * heightPixels * 3)
  for (let y = 0, at = 0; y < heightPixels; y++) {
    const cy = Math.min(h - 1.001, Math.max(0, y / GLOW_CELL - 0.5))
    const y0 = Math.floor(cy)
    const y1 = Math.min(h - 1, y0 + 1)
    for (let x = 0; x < widthPixels; x++) {
      const cx = Math.min(w - 1.001, Math.max(0, x / GLOW_CELL - 0.5))
      const x0 = Math.floor(cx)
      const x1 = Math.min(w - 1, x0 + 1)
      for (let i = 0; i < 3; i++, at++) {
        const top =
          (cells[(y0 * w + x0) * 3 + i] as number) * (1 - cx + x0) +
          (cells[(y0 * w + x1) * 3 + i] as number) * (cx - x0)
        const bottom =
          (cells[(y1 * w + x0) * 3 + i] as number) * (1 - cx + x0) +
          (cells[(y1 * w + x1) * 3 + i] as number) * (cx - x0)
        out[at] = top + (bottom - top) * (cy - y0)
      }
    }
  }
  return out
}
