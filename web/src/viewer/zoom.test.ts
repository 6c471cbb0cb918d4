import { assert, describe, test } from 'vitest'
import { fitIn, keepIn, mostScale, zoomAt, FITTED } from './zoom.ts'

const frame = { width: 1000, height: 800 }
const picture = { width: 4000, height: 2000 }
const fitted = fitIn(picture, frame)
const bounds = { fitted, frame, most: mostScale(picture, fitted) }

describe('a picture in its frame', () => {
  test('is seen whole, and a small one is not blown up', () => {
    assert.deepEqual(fitted, { width: 1000, height: 500 })
    assert.deepEqual(fitIn({ width: 16, height: 16 }, frame), { width: 16, height: 16 })
  })

  test('can be looked at beyond its own pixels', () => assert.strictEqual(bounds.most, 16))

  test('keeps the point under the pointer where it is', () => {
    const point = { x: 200, y: 50 }
    const view = zoomAt(FITTED, 4, point, bounds)
    // What was under the pointer before, scaled and moved, is under it still.
    assert.closeTo(point.x * view.scale + view.x, point.x, 1e-9)
    assert.closeTo(point.y * view.scale + view.y, point.y, 1e-9)
  })

  test('goes back to the middle when it is fitted again', () => {
    const near = zoomAt(FITTED, 8, { x: 400, y: 100 }, bounds)
    assert.deepEqual(zoomAt(near, 0.2, { x: -300, y: 0 }, bounds), FITTED)
  })

  test('is never dragged out of its frame', () => {
    assert.deepEqual(keepIn({ scale: 2, x: 5000, y: 5000 }, bounds), { scale: 2, x: 500, y: 100 })
    assert.deepEqual(keepIn({ scale: 1, x: 50, y: -50 }, bounds), { scale: 1, x: 0, y: 0 })
  })
})
