import { mix, scaled, smoothstep, type Canvas, type Colour } from './canvas.ts'
import { noiseFrom, type Noise } from './noise.ts'
import type { SkyColour } from './sky.ts'

const SIDE = 1024
const MASK = SIDE - 1

export type Shape = 'alps' | 'hills' | 'dunes' | 'islands' | 'canyon'

/** Heights over a square that is mirrored beyond its edges; heights and distances share one unit, the square being 1. */
export type Terrain = { heights: Float32Array; shape: Shape; noise: Noise }

export type Ground = {
  low: Colour
  high: Colour
  rock: Colour
  snow?: Colour
  /** Height from which snow lies, as a share of the highest. */
  snowLine?: number
}

export type Light = {
  colour: Colour
  /** From where it comes, in the directions of the square. */
  direction: readonly [x: number, y: number, up: number]
  ambient: Colour
}

export type View = {
  x: number
  y: number
  /** Above the ground where the camera stands. */
  height: number
  /** Turn in radians. */
  yaw: number
  /** Row of the horizon as a share of the picture's height. */
  horizon: number
  /** Width of view: 1 is about 55 degrees. */
  width?: number
  reach?: number
}

export function terrainOf(shape: Shape, seed: number | string): Terrain {
  const noise = noiseFrom(`terrain ${shape} ${seed}`)
  const heights = new Float32Array(SIDE * SIDE)
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) heights[y * SIDE + x] = heightOf(shape, noise, x / SIDE, y / SIDE)
  }
  return { heights, shape, noise }
}

function heightOf(shape: Shape, noise: Noise, x: number, y: number): number {
  switch (shape) {
    case 'alps': {
      const mass = noise.fbm(x * 4, y * 4, 2)
      return 0.15 * noise.ridged(x * 4.2, y * 4.2, 7) * (0.4 + mass) + 0.008 * noise.fbm(x * 50, y * 50, 3)
    }
    case 'hills':
      return (
        0.1 * noise.fbm(x * 6, y * 6, 4) ** 1.4 +
        0.0026 * noise.at(x * 260, y * 260) +
        0.004 * noise.fbm(x * 90, y * 90, 2)
      )
    case 'dunes': {
      const bend = noise.fbm(x * 3, y * 3, 2)
      const wave = (x * 7 + bend * 5 + y * 3) % 1
      const crest = wave < 0.72 ? smoothstep(0, 0.72, wave) : 1 - smoothstep(0.72, 1, wave)
      return 0.045 * crest * (0.4 + noise.fbm(x * 5, y * 5, 2)) + 0.03 * noise.fbm(x * 2, y * 2, 2)
    }
    case 'islands':
      return (
        0.16 * noise.ridged(x * 4, y * 4, 7) * smoothstep(0.42, 0.75, noise.fbm(x * 5 + 7, y * 5, 3)) +
        0.008 * noise.fbm(x * 40, y * 40, 3)
      )
    case 'canyon': {
      const raw = noise.fbm(x * 5, y * 5, 6)
      const level = raw * 9
      const step = Math.floor(level) + smoothstep(0.55, 0.95, level % 1)
      return 0.028 * step * 0.75 + 0.004 * noise.fbm(x * 80, y * 80, 3)
    }
  }
}

/** Ground as it is lit: one colour for each point of the square, worked out when it is first looked at. */
export type Lit = {
  colours: Float32Array
  /** Sees to it that the colour of this point is there. */ look: (point: number) => void
}

export function lit(terrain: Terrain, ground: Ground, light: Light): Lit {
  const { heights, noise } = terrain
  // No light is negative: that marks what nobody has looked at.
  const colours = new Float32Array(SIDE * SIDE * 3).fill(-1)
  const towards = unit(light.direction)
  const highest = heights.reduce((a, b) => Math.max(a, b), 0)
  const heightOn = (x: number, y: number) => heights[(y & MASK) * SIDE + (x & MASK)] as number
  const look = (point: number): void => {
    if ((colours[point * 3] as number) >= 0) return
    const [x, y] = [point & MASK, point >> 10]
    const slopeX = (heightOn(x + 1, y) - heightOn(x - 1, y)) * SIDE * 0.5
    const slopeY = (heightOn(x, y + 1) - heightOn(x, y - 1)) * SIDE * 0.5
    const length = Math.sqrt(slopeX * slopeX + slopeY * slopeY + 1)
    const facing = Math.max(0, (towards[2] - slopeX * towards[0] - slopeY * towards[1]) / length)
    const here = heights[point] as number
    const sun = facing > 0 ? facing * shadowAt(heights, x, y, here, towards) : 0
    const colour = materialOf(ground, noise, { x: x / SIDE, y: y / SIDE, share: here / highest, upright: 1 / length })
    const open = 0.55 + 0.45 * (here / highest)
    for (let i = 0; i < 3; i++) {
      const falling = (light.colour[i] as number) * sun + (light.ambient[i] as number) * open
      colours[point * 3 + i] = (colour[i] as number) * falling
    }
  }
  return { colours, look }
}

/** 0 in the shadow of higher ground, 1 in the open. */
function shadowAt(
  heights: Float32Array,
  x: number,
  y: number,
  here: number,
  [lx, ly, up]: [number, number, number],
): number {
  const flat = Math.hypot(lx, ly)
  const [sx, sy] = [lx / flat, ly / flat]
  const rise = up / flat / SIDE
  let clear = 1
  for (let step = 2; step < 90; step += 2 + step * 0.12) {
    const px = Math.round(x + sx * step) & MASK
    const py = Math.round(y + sy * step) & MASK
    const over = (heights[py * SIDE + px] as number) - (here + rise * step)
    if (over > 0) clear = Math.min(clear, 1 - over * 300)
    if (clear <= 0) return 0
  }
  return clear
}

function materialOf(
  ground: Ground,
  noise: Noise,
  at: { x: number; y: number; share: number; upright: number },
): Colour {
  const patch = noise.fbm(at.x * 24, at.y * 24, 4)
  const fine = 0.75 + 0.5 * noise.at(at.x * 400, at.y * 400)
  const soil = mix(ground.low, ground.high, smoothstep(0.1, 0.75, at.share + (patch - 0.5) * 0.5))
  const rocky = smoothstep(0.78, 0.5, at.upright + (patch - 0.5) * 0.35)
  const bare = scaled(mix(soil, ground.rock, rocky), fine)
  if (ground.snow === undefined) return bare
  const snowy =
    smoothstep(-0.06, 0.1, at.share + (patch - 0.5) * 0.3 - (ground.snowLine ?? 0.6)) *
    smoothstep(0.36, 0.62, at.upright + (patch - 0.5) * 0.2)
  return mix(bare, ground.snow, snowy)
}

/** The direction of something seen at this azimuth and elevation, in heights of the picture. */
export function directionSeen(view: View, azimuth: number, elevation: number): [x: number, y: number, up: number] {
  const side = azimuth * (view.width ?? 1)
  const [cos, sin] = [Math.cos(view.yaw), Math.sin(view.yaw)]
  return [cos * side + sin, cos - sin * side, elevation * (view.width ?? 1)]
}

export type Air = {
  colour: Colour
  density: number
  /** Fog in the valleys, thinning with height. */ fog?: { colour: Colour; top: number; density: number }
}

export type Scene = {
  view: View
  air: Air
  /** With clouds and stars: what water mirrors. */
  sky: SkyColour
  /** Without them: what distant ground fades into. */
  distance: SkyColour
  /** Ground below it is flooded. */
  waterLevel?: number
  /** One for each pixel: set where water is seen. */
  water?: Uint8Array
}

/** Draws the ground column by column, from near to far, over a canvas that holds the sky. */
export function drawTerrain(canvas: Canvas, terrain: Terrain, ground: Lit, scene: Scene): void {
  const { view, air, distance, waterLevel = -1 } = scene
  const { widthPixels: w, heightPixels: h } = canvas
  const eye = view.height + Math.max(waterLevel, heightAt(terrain.heights, view.x, view.y))
  const [cos, sin] = [Math.cos(view.yaw), Math.sin(view.yaw)]
  const spread = (view.width ?? 1) / h
  const top = new Float32Array(3)
  for (let column = 0; column < w; column++) {
    const side = (column - w / 2) * spread
    const [dx, dy] = [cos * side + sin, -sin * side + cos]
    const away = mix(air.colour, distance((column - w / 2) / h, 0.015), 0.5)
    let reached = h
    const behind: Behind = { y: -1, rgb: [0, 0, 0] }
    // Each column begins elsewhere, so that steps do not line up into bands.
    const jitter = 1 + 0.004 * terrain.noise.at(column * 7.3, 0.5)
    for (let z = 0.012 * jitter; z < (view.reach ?? 2.2); z += 0.0006 + z * 0.0035) {
      const [px, py] = [view.x + dx * z, view.y + dy * z]
      const bed = heightAt(terrain.heights, px, py)
      const height = Math.max(bed, waterLevel)
      const row = view.horizon * h + ((eye - height) / (z * (view.width ?? 1))) * h
      if (row >= reached) continue
      sampleColour(ground, px, py, top)
      const grit = z < 0.25 ? 0.8 + 0.4 * terrain.noise.fbm(px * 900, py * 900, 2) : 1
      const clear = Math.exp(-z * air.density)
      const fog =
        air.fog === undefined
          ? 0
          : (1 - Math.exp(-z * air.fog.density)) * smoothstep(air.fog.top, air.fog.top * 0.35, height)
      const seen = mix(away, [(top[0] as number) * grit, (top[1] as number) * grit, (top[2] as number) * grit], clear)
      const colour = air.fog === undefined ? seen : mix(seen, air.fog.colour, fog)
      fill(canvas, column, { row: Math.max(0, row), reached }, colour, behind)
      if (bed < waterLevel) markWater(scene, column, row, reached, w)
      reached = Math.max(0, row)
      if (reached <= 0) break
    }
  }
}

function markWater(scene: Scene, x: number, row: number, reached: number, width: number): void {
  if (scene.water === undefined) return
  for (let y = Math.ceil(reached) - 1; y >= Math.floor(Math.max(0, row)); y--) scene.water[y * width + x] = 1
}

/** The pixel that is only partly covered yet, and what was there before. */
type Behind = { y: number; rgb: [number, number, number] }

/** Covers a column from `row` down to `reached` (not included). Near ground comes first: each pixel takes shares until it is full. */
function fill(
  canvas: Canvas,
  x: number,
  { row, reached }: { row: number; reached: number },
  colour: Colour,
  behind: Behind,
): void {
  const { rgb, widthPixels } = canvas
  for (let y = Math.ceil(reached) - 1; y >= Math.floor(row); y--) {
    const at = (y * widthPixels + x) * 3
    const share = Math.min(y + 1, reached) - Math.max(y, row)
    if (behind.y !== y) {
      behind.y = y
      behind.rgb = [rgb[at] as number, rgb[at + 1] as number, rgb[at + 2] as number]
    }
    for (let i = 0; i < 3; i++)
      rgb[at + i] = (rgb[at + i] as number) + share * ((colour[i] as number) - (behind.rgb[i] as number))
  }
}

export function heightAt(heights: Float32Array, x: number, y: number): number {
  const gx = mirrored(x) * SIDE
  const gy = mirrored(y) * SIDE
  const x0 = Math.floor(gx)
  const y0 = Math.floor(gy)
  const fx = gx - x0
  const fy = gy - y0
  const x1 = Math.min(MASK, x0 + 1)
  const y1 = Math.min(MASK, y0 + 1)
  const a = heights[(y0 << 10) + x0] as number
  const b = heights[(y0 << 10) + x1] as number
  const c = heights[(y1 << 10) + x0] as number
  const d = heights[(y1 << 10) + x1] as number
  return a + (b - a) * fx + (c - a + (a - b - c + d) * fx) * fy
}

export function sampleColour({ colours, look }: Lit, x: number, y: number, into: Float32Array): void {
  const gx = mirrored(x) * SIDE
  const gy = mirrored(y) * SIDE
  const x0 = Math.floor(gx)
  const y0 = Math.floor(gy)
  const fx = gx - x0
  const fy = gy - y0
  const x1 = Math.min(MASK, x0 + 1)
  const y1 = Math.min(MASK, y0 + 1)
  const [nw, ne, sw, se] = [(y0 << 10) + x0, (y0 << 10) + x1, (y1 << 10) + x0, (y1 << 10) + x1]
  look(nw)
  look(ne)
  look(sw)
  look(se)
  for (let i = 0; i < 3; i++) {
    const a = colours[nw * 3 + i] as number
    const b = colours[ne * 3 + i] as number
    const c = colours[sw * 3 + i] as number
    const d = colours[se * 3 + i] as number
    into[i] = a + (b - a) * fx + (c - a + (a - b - c + d) * fx) * fy
  }
}

/** 0 to just under 1, back and forth. */
function mirrored(value: number): number {
  const cycle = Math.abs(value) % 2
  return Math.min(0.999_99, cycle < 1 ? cycle : 2 - cycle)
}

function unit([x, y, z]: readonly [number, number, number]): [number, number, number] {
  const length = Math.hypot(x, y, z)
  return [x / length, y / length, z / length]
}
