import { blend, canvasOf, develop, hex, mix, paint, scaled, type Canvas, type Colour } from '../draw/canvas.ts'
import { noiseFrom } from '../draw/noise.ts'
import { skyOf } from '../draw/sky.ts'
import { drawWater } from '../draw/water.ts'
import { between, integerBetween, pick, randomFrom, type Random } from '../random.ts'
import { moods, type MoodName } from './moods.ts'

export type City = {
  seed: number | string
  mood: MoodName
  /** Share of the windows with light in them. */
  lights: number
  /** Row on which the city stands, as a share of the height; water below. */
  waterline: number
  /** Height of the tallest building as a share of the picture's. */
  tallest: number
  sunAzimuth?: number
}

const WINDOW_LIGHTS = [hex('#ffd9a0'), hex('#ffc27a'), hex('#fff0d4'), hex('#cfe4ff'), hex('#ffb070')]

/** A skyline in four rows of buildings, far ones pale, over water. */
export function city(photo: City, widthPixels: number, heightPixels: number): Buffer {
  const mood = moods[photo.mood]
  const canvas = canvasOf(widthPixels, heightPixels)
  const aspect = widthPixels / heightPixels
  const base = mood.sky as (typeof moods)['dusk']['sky']
  const sun =
    'sun' in mood.sky && photo.sunAzimuth !== undefined ? { sun: { ...base.sun, azimuth: photo.sunAzimuth } } : {}
  const sky = skyOf({ ...mood.sky, ...sun, seed: photo.seed })
  paint(canvas, (u, v) => sky((u - 0.5) * aspect, photo.waterline - v))
  const random = randomFrom(`city ${photo.seed}`)
  for (let row = 0; row < 4; row++) drawRow(canvas, photo, mood.air.colour, row, random)
  const mask = new Uint8Array(widthPixels * heightPixels)
  mask.fill(1, Math.floor(photo.waterline * heightPixels) * widthPixels)
  drawWater(canvas, mask, turnedOver(canvas, photo.waterline), {
    deep: scaled(mood.sky.zenith, 0.5),
    ripple: 0.75,
    horizon: photo.waterline,
    seed: photo.seed,
  })
  return develop(canvas, { ...mood.development, bloom: 0.5, seed: photo.seed })
}

function turnedOver(canvas: Canvas, waterline: number): Canvas {
  const { widthPixels: w, heightPixels: h } = canvas
  const mirror = canvasOf(w, h)
  const shore = Math.floor(waterline * h)
  for (let y = shore; y < h; y++) {
    const from = Math.max(0, 2 * shore - y - 1) * w * 3
    mirror.rgb.set(canvas.rgb.subarray(from, from + w * 3), y * w * 3)
  }
  return mirror
}

function drawRow(canvas: Canvas, photo: City, haze: Colour, row: number, random: Random): void {
  const { widthPixels: w, heightPixels: h } = canvas
  const near = row / 3
  const noise = noiseFrom(`row ${row} ${photo.seed}`)
  const wall = mix(haze, scaled(mix(haze, hex('#10131c'), 0.9), 0.4), 0.25 + near * 0.7)
  for (let x = -20; x < w;) {
    const width = between(random, 0.022, 0.055) * h * (0.8 + near * 0.6)
    const cluster = 0.35 + 0.9 * noise.fbm((x / w) * 4 + row * 3, row, 2) ** 1.3
    const height = photo.tallest * h * cluster * between(random, 0.35, 1) * (1 - near * 0.45)
    const base = photo.waterline * h
    drawBuilding(canvas, { x, width, top: base - height, base }, { wall, near, lights: photo.lights }, random)
    x += width + (random() < 0.3 ? between(random, 0, 0.02) * h : -1)
  }
}

type Box = { x: number; width: number; top: number; base: number }
type Face = { wall: Colour; near: number; lights: number }

function drawBuilding(canvas: Canvas, box: Box, face: Face, random: Random): void {
  const roof = pick(random, ['flat', 'flat', 'step', 'spire', 'slant'] as const)
  const lightSide = between(random, 0.9, 1.25)
  for (let y = Math.max(0, Math.floor(box.top)); y < box.base; y++) {
    const t = (y - box.top) / Math.max(1, box.base - box.top)
    const inset = roof === 'step' && t < 0.18 ? box.width * 0.2 : 0
    const slant = roof === 'slant' ? box.width * 0.5 : 0
    const [left, right] = [box.x + inset, box.x + box.width - inset]
    for (let x = Math.floor(left); x < right; x++) {
      if (slant > 0 && y < box.top + ((x - left) / box.width) * slant * 0.6) continue
      const side = (x - box.x) / box.width > 0.62 ? 0.78 : lightSide
      blend(canvas, x, y, scaled(face.wall, side * (1 - 0.18 * t)), 1)
    }
  }
  if (roof === 'spire') {
    const middle = box.x + box.width / 2
    for (let y = Math.max(0, Math.floor(box.top - box.width * 0.9)); y < box.top; y++)
      blend(canvas, middle, y, face.wall, 0.9)
  }
  drawWindows(canvas, box, face, random)
}

function drawWindows(canvas: Canvas, box: Box, face: Face, random: Random): void {
  if (face.near < 0.3) return
  const unit = Math.max(2, canvas.heightPixels * 0.0042 * (0.8 + face.near * 0.6))
  const columns = Math.floor((box.width - unit) / (unit * 1.9))
  const rows = Math.floor((box.base - box.top) / (unit * 2.1)) - 1
  const habit = random() ** 1.4 * 1.6
  const isOffice = random() < 0.3
  for (let row = 1; row < rows; row++) {
    const isRowLit = random() < face.lights * habit
    for (let column = 0; column < columns; column++) {
      const isLit = isOffice ? isRowLit && random() < 0.9 : random() < face.lights * habit
      if (!isLit) continue
      const light = scaled(pick(random, WINDOW_LIGHTS), between(random, 0.5, 1.7) * (0.4 + face.near * 0.6))
      const x = box.x + unit + column * unit * 1.9
      const y = box.top + unit * 1.6 + row * unit * 2.1
      for (let dy = 0; dy < unit * 1.15; dy++)
        for (let dx = 0; dx < unit; dx++) blend(canvas, x + dx, y + dy, light, 0.9)
    }
  }
  if (integerBetween(random, 0, 5) === 0) blend(canvas, box.x + box.width / 2, box.top, hex('#ff3020'), 1)
}
