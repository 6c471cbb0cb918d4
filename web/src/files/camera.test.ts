import { expect, test } from 'vitest'
import { cameraLines } from './camera.ts'

test('a photograph tells what a photographer would write', () => {
  expect(
    cameraLines({
      cameraMake: 'NIKON',
      cameraModel: 'NIKON Z 6',
      exposureSeconds: 0.004,
      aperture: 2.8,
      iso: 400,
      focalLengthMm: 35,
    }),
  ).toEqual([
    ['Camera', 'NIKON Z 6'],
    ['Exposure', '1/250 s · ƒ/2.8 · ISO 400 · 35 mm'],
  ])
})

test('a long exposure is told in seconds, a rate as a number', () => {
  expect(cameraLines({ exposureSeconds: 1.5, frameRate: { num: 30_000, den: 1001 } })).toEqual([
    ['Exposure', '1.5 s'],
    ['Frame rate', '29.97 fps'],
  ])
})

test('a file that says nothing shows nothing', () => expect(cameraLines({})).toEqual([]))
