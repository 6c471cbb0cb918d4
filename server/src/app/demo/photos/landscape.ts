import { canvasOf, develop, hex, mix, paint, scaled, type Canvas } from '../draw/canvas.ts'
import { reflectionOf } from '../draw/reflection.ts'
import { skyOf, type SkyColour } from '../draw/sky.ts'
import { directionSeen, drawTerrain, lit, terrainOf, type Shape, type Terrain, type View } from '../draw/terrain.ts'
import { drawConifers, type Conifers } from '../draw/trees.ts'
import { drawWater } from '../draw/water.ts'
import { grounds, moods, type GroundName, type Mood, type MoodName } from './moods.ts'

export type Landscape = {
  shape: Shape
  seed: number | string
  ground: GroundName
  mood: MoodName
  view: View
  /** Level of lakes or of the sea, in the unit of heights. */
  waterLevel?: number
  ripple?: number
  firs?: Pick<Conifers, 'ground' | 'tallest' | 'count'> & Partial<Conifers>
  cover?: number
  exposure?: number
  sunAzimuth?: number
  isMonochrome?: boolean
}

/** Ground of the same shape and seed is computed once; a few pieces are kept. */
const kept = new Map<string, Terrain>()

function terrainFor(shape: Shape, seed: number | string): Terrain {
  const key = `${shape} ${seed}`
  const terrain = kept.get(key) ?? terrainOf(shape, seed)
  kept.set(key, terrain)
  return terrain
}

export function landscape(photo: Landscape, widthPixels: number, heightPixels: number): Buffer {
  const mood = placed(moods[photo.mood], photo)
  const { view } = photo
  const canvas = canvasOf(widthPixels, heightPixels)
  const sky = skyOf({ ...mood.sky, seed: photo.seed })
  const aspect = widthPixels / heightPixels
  const floor = moods[photo.mood].air.colour
  // Below the horizon the ground hides what would be drawn.
  paint(canvas, (u, v) => (v > view.horizon + 0.03 ? floor : sky((u - 0.5) * aspect, view.horizon - v)))
  drawGround(canvas, photo, mood, sky)
  if (photo.firs !== undefined) drawFirs(canvas, photo.firs, mood, photo.seed)
  const exposure = (mood.development.exposure ?? 1) * (photo.exposure ?? 1)
  return develop(canvas, { ...mood.development, exposure, seed: photo.seed, isMonochrome: photo.isMonochrome ?? false })
}

function drawGround(canvas: Canvas, photo: Landscape, mood: Mood, sky: SkyColour): void {
  const { view, waterLevel } = photo
  const terrain = terrainFor(photo.shape, photo.seed)
  const { light } = mood
  const [x, y, up] = directionSeen(view, light.azimuth, light.elevation)
  const direction = light.isBehind ? ([-x, -y, up] as const) : ([x, y, up] as const)
  const land = lit(terrain, grounds[photo.ground], { colour: light.colour, ambient: light.ambient, direction })
  const { zenith, middle, horizon, sun } = mood.sky
  const distance = skyOf({
    zenith,
    middle,
    horizon,
    seed: photo.seed,
    ...(sun === undefined ? {} : { sun: { ...sun, size: 0 } }),
  })
  const scene = { view, air: mood.air, sky, distance }
  if (waterLevel === undefined) return drawTerrain(canvas, terrain, land, scene)
  const water = new Uint8Array(canvas.widthPixels * canvas.heightPixels)
  const flooded = { ...scene, waterLevel, water }
  drawTerrain(canvas, terrain, land, flooded)
  drawWater(canvas, water, reflectionOf(canvas, terrain, land, flooded), {
    deep: scaled(mix(mood.sky.zenith, hex('#0c2c34'), 0.5), 0.55),
    ripple: photo.ripple ?? 0.4,
    horizon: view.horizon,
    seed: photo.seed,
    ...(sun === undefined || (photo.ripple ?? 0.4) < 0.3
      ? {}
      : { glitter: { colour: sun.colour, azimuth: sun.azimuth, width: 0.12 } }),
  })
}

function drawFirs(canvas: Canvas, firs: NonNullable<Landscape['firs']>, mood: Mood, seed: number | string): void {
  const dark = scaled(mix(mood.sky.zenith, hex('#0a120e'), 0.85), 0.5)
  drawConifers(canvas, {
    swell: 0.06,
    smallest: firs.tallest * 0.35,
    near: dark,
    far: mix(dark, mood.air.colour, 0.16),
    seed,
    isFrame: true,
    ...firs,
  })
}

function placed(mood: Mood, photo: Landscape): Mood {
  const { sun, clouds } = mood.sky
  return {
    ...mood,
    sky: {
      ...mood.sky,
      ...(sun === undefined || photo.sunAzimuth === undefined ? {} : { sun: { ...sun, azimuth: photo.sunAzimuth } }),
      ...(clouds === undefined || photo.cover === undefined ? {} : { clouds: { ...clouds, cover: photo.cover } }),
    },
  }
}
