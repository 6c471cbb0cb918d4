/** A place on the earth, in degrees. */
export type Place = { longitude: number; latitude: number }
export type Bounds = { west: number; south: number; east: number; north: number }
/** What a map shows: its middle, and the width of the whole world in CSS pixels. */
export type View = { middle: Place; worldPixels: number }
export type Size = { width: number; height: number }
/** From the upper left of the world, whose sides are 1. */
export type Unit = { x: number; y: number }

/** Web maps end here: the world is a square. */
export const FARTHEST_NORTH = 85.0511
const SMALLEST_WORLD = 256
const LARGEST_WORLD = 256 * 2 ** 17

export function toUnit({ longitude, latitude }: Place): Unit {
  const bounded = Math.min(FARTHEST_NORTH, Math.max(-FARTHEST_NORTH, latitude))
  const sine = Math.sin((bounded * Math.PI) / 180)
  return { x: longitude / 360 + 0.5, y: 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI) }
}

export function toPlace({ x, y }: Unit): Place {
  return {
    longitude: (x - 0.5) * 360,
    latitude: (Math.atan(Math.sinh((0.5 - y) * 2 * Math.PI)) * 180) / Math.PI,
  }
}

/** Where a place is drawn, in CSS pixels from the upper left of the map. */
export function toPixels(place: Place, { middle, worldPixels }: View, { width, height }: Size): Unit {
  const [at, of] = [toUnit(place), toUnit(middle)]
  return { x: (at.x - of.x) * worldPixels + width / 2, y: (at.y - of.y) * worldPixels + height / 2 }
}

/** The same view, within the world: no empty sea beyond the poles, and nothing twice. */
export function bounded({ middle, worldPixels }: View, { width, height }: Size): View {
  const least = Math.max(SMALLEST_WORLD, Math.min(width, height))
  const world = Math.min(LARGEST_WORLD, Math.max(least, worldPixels))
  const { x, y } = toUnit(middle)
  return { worldPixels: world, middle: toPlace({ x: within(x, width / world), y: within(y, height / world) }) }
}

/** A middle from which so much to both sides is still within 0 and 1. */
const within = (middle: number, share: number): number =>
  share >= 1 ? 0.5 : Math.min(1 - share / 2, Math.max(share / 2, middle))

export function movedBy(view: View, size: Size, pixels: { x: number; y: number }): View {
  const { x, y } = toUnit(view.middle)
  const middle = toPlace({ x: x - pixels.x / view.worldPixels, y: y - pixels.y / view.worldPixels })
  return bounded({ ...view, middle }, size)
}

/** Larger or smaller by a factor; what is at a point of the map stays there. */
export function zoomedBy(
  view: View,
  size: Size,
  factor: number,
  at: Unit = { x: size.width / 2, y: size.height / 2 },
): View {
  const { worldPixels } = bounded({ ...view, worldPixels: view.worldPixels * factor }, size)
  const { x, y } = toUnit(view.middle)
  const [dx, dy] = [at.x - size.width / 2, at.y - size.height / 2]
  const middle = toPlace({
    x: x + dx / view.worldPixels - dx / worldPixels,
    y: y + dy / view.worldPixels - dy / worldPixels,
  })
  return bounded({ middle, worldPixels }, size)
}

/** What of the earth is in sight, with some of what is around it. */
export function boundsOf(view: View, { width, height }: Size, around = 0): Bounds {
  const { x, y } = toUnit(view.middle)
  const [w, h] = [(width / 2 + around) / view.worldPixels, (height / 2 + around) / view.worldPixels]
  const northWest = toPlace({ x: Math.max(0, x - w), y: Math.max(0, y - h) })
  const southEast = toPlace({ x: Math.min(1, x + w), y: Math.min(1, y + h) })
  return {
    west: Math.max(-180, northWest.longitude),
    north: y - h <= 0 ? 90 : northWest.latitude,
    east: Math.min(180, southEast.longitude),
    south: y + h >= 1 ? -90 : southEast.latitude,
  }
}

export const WHOLE_WORLD: View = { middle: { longitude: 0, latitude: 25 }, worldPixels: 0 }
