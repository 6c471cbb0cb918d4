import { assert, test } from 'vitest'
import { closer, fitBoth, lookOf, moved, viewOf, WHOLE, type Bounds } from './linked.ts'

const bounds = (width: number, height: number): Bounds => ({
  fitted: { width, height },
  frame: { width: 400, height: 300 },
  most: 16,
})

test('the same share of both is in the middle, whatever their sizes', () => {
  const [large, small] = [bounds(400, 300), bounds(200, 300)]
  const look = closer(WHOLE, 4, { x: 100, y: -50 }, large)
  assert.deepEqual(look.scale, 4)
  const [there, here] = [viewOf(look, large), viewOf(look, small)]
  assert.deepEqual(there.x / (400 * 4), here.x / (200 * 4))
  assert.deepEqual(there.y / (300 * 4), here.y / (300 * 4))
  assert.deepEqual(lookOf(there, large), look)
})

test('the point under the finger stays there', () => {
  const frame = bounds(400, 300)
  const before = viewOf(closer(WHOLE, 2, { x: 0, y: 0 }, frame), frame)
  const point = { x: 40, y: 30 }
  const after = viewOf(closer(lookOf(before, frame), 2, point, frame), frame)
  const share = (view: { scale: number; x: number }) => (point.x - view.x) / view.scale
  assert.isTrue(Math.abs(share(before) - share(after)) < 1e-9)
})

test('a picture is not dragged out of its frame, and whole it stays in the middle', () => {
  const frame = bounds(400, 300)
  assert.deepEqual(moved(WHOLE, 500, 500, frame), WHOLE)
  const far = moved({ scale: 2, x: 0, y: 0 }, 10_000, -10_000, frame)
  assert.deepEqual(viewOf(far, frame), { scale: 2, x: 200, y: -150 })
})

test('each as large as fits, or both at the same scale', () => {
  const pictures = [
    { width: 4000, height: 3000 },
    { width: 1000, height: 750 },
  ] as const
  const frames = [
    { width: 400, height: 300 },
    { width: 400, height: 300 },
  ] as const
  assert.deepEqual(fitBoth(pictures, frames, 'each'), [
    { width: 400, height: 300 },
    { width: 400, height: 300 },
  ])
  assert.deepEqual(fitBoth(pictures, frames, 'same'), [
    { width: 400, height: 300 },
    { width: 100, height: 75 },
  ])
})
