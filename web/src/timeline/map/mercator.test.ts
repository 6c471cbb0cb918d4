import { expect, test } from 'vitest'
import { bounded, boundsOf, movedBy, toPixels, toPlace, toUnit, WHOLE_WORLD, zoomedBy } from './mercator.ts'

const size = { width: 800, height: 600 }
const vienna = { longitude: 16.37, latitude: 48.21 }

test('a place is drawn where the web draws it, and found there again', () => {
  const { x, y } = toUnit(vienna)
  // Tile 2235 / 1420 of zoom 12 holds the middle of Vienna.
  expect([Math.floor(x * 4096), Math.floor(y * 4096)]).toEqual([2234, 1420])
  const back = toPlace({ x, y })
  expect(back.longitude).toBeCloseTo(vienna.longitude, 9)
  expect(back.latitude).toBeCloseTo(vienna.latitude, 9)
})

test('the middle of the view is in the middle of the map', () => {
  expect(toPixels(vienna, { middle: vienna, worldPixels: 5000 }, size)).toEqual({ x: 400, y: 300 })
})

test('what is under the pointer stays there while the map grows', () => {
  const view = { middle: vienna, worldPixels: 20_000 }
  const at = { x: 120, y: 450 }
  const larger = zoomedBy(view, size, 2, at)
  const place = toPlace({
    x: toUnit(view.middle).x + (at.x - 400) / view.worldPixels,
    y: toUnit(view.middle).y + (at.y - 300) / view.worldPixels,
  })
  const drawn = toPixels(place, larger, size)
  expect(drawn.x).toBeCloseTo(at.x, 6)
  expect(drawn.y).toBeCloseTo(at.y, 6)
})

test('nobody gets out of the world', () => {
  const whole = bounded(WHOLE_WORLD, size)
  expect(whole.worldPixels).toBe(600)
  const far = movedBy({ middle: vienna, worldPixels: 5000 }, size, { x: 1e6, y: 1e6 })
  const { west, north } = boundsOf(far, size)
  expect(west).toBeCloseTo(-180, 6)
  expect(north).toBeGreaterThan(85)
  expect(boundsOf(whole, size)).toEqual({ west: -180, south: -90, east: 180, north: 90 })
})
