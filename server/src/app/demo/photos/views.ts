import type { Landscape } from './landscape.ts'

/** A place to stand and a way to look: found by looking through many. The light is another matter. */
type Place = Omit<Landscape, 'mood'>

const mountain = (seed: string, ground: 'alpine' | 'winter', x: number, y: number, yaw: number): Place => ({
  shape: 'alps',
  seed,
  ground,
  view: { x, y, height: 0.05, yaw, horizon: 0.42 },
})

const lake = (seed: string, x: number, y: number, yaw: number): Place => ({
  shape: 'alps',
  seed,
  ground: 'alpine',
  waterLevel: 0.05,
  ripple: 0.2,
  view: { x, y, height: 0.012, yaw, horizon: 0.48 },
})

const hill = (seed: string, ground: 'meadow' | 'autumn', x: number, y: number, yaw: number): Place => ({
  shape: 'hills',
  seed,
  ground,
  view: { x, y, height: 0.03, yaw, horizon: 0.4 },
})

const desert = (shape: 'canyon' | 'dunes', seed: string, x: number, y: number, yaw: number): Place => ({
  shape,
  seed,
  ground: 'redRock',
  view: { x, y, height: 0.035, yaw, horizon: 0.4 },
})

const sea = (seed: string, ground: 'coast' | 'basalt', x: number, y: number, yaw: number): Place => ({
  shape: 'islands',
  seed,
  ground,
  waterLevel: 0.03,
  ripple: 0.6,
  view: { x, y, height: 0.02, yaw, horizon: 0.45 },
})

const orrin = lake('b', 0.16, 0.28, 1.03)
const hut = mountain('a', 'alpine', 0.5, 0.5, 3.4)
const cirque = mountain('c', 'winter', 0.61, 0.01, 1.01)

export const views = {
  ridge: mountain('c', 'winter', 0.75, 0.65, 4.62),
  firstSnow: mountain('c', 'winter', 0.17, 0.11, 6.1),
  northFace: mountain('b', 'winter', 0.42, 0.65, 3.88),
  whiteOut: mountain('a', 'winter', 0.64, 0.94, 3.39),
  cirque: { ...cirque, view: { ...cirque.view, horizon: 0.66 } },
  col: mountain('c', 'alpine', 0.34, 0.65, 5.96),
  blueRidges: mountain('c', 'alpine', 0.89, 0.72, 2.42),
  spur: mountain('a', 'alpine', 0.36, 0.52, 0.94),
  hut: { ...hut, view: { ...hut.view, height: 0.03, horizon: 0.84 }, firs: { ground: 0.94, tallest: 0.26, count: 46 } },
  orrin: { ...orrin, firs: { ground: 1.03, tallest: 0.42, count: 22 } },
  tarn: lake('b', 0.57, 0.02, 2.02),
  brae: hill('a', 'meadow', 0.19, 0.56, 0.28),
  valley: hill('a', 'meadow', 0.94, 0.33, 0.83),
  heather: hill('b', 'autumn', 0.17, 0.69, 1.81),
  mesa: desert('canyon', 'b', 0.25, 0.39, 5.58),
  terraces: desert('canyon', 'b', 0.28, 0.97, 3.7),
  canyon: desert('canyon', 'b', 0.66, 0.73, 0.27),
  dune: desert('dunes', 'a', 0.3, 0.54, 3.03),
  duneEvening: desert('dunes', 'a', 0.04, 0.69, 2.4),
  islands: sea('a', 'basalt', 0.47, 0.01, 1.12),
  skerries: sea('a', 'coast', 0.37, 0.94, 1.67),
  sound: sea('b', 'coast', 0.4, 0.94, 0.82),
  harbour: sea('a', 'coast', 0.67, 0.07, 0.12),
  blueSea: sea('b', 'basalt', 0.29, 0.43, 2.29),
  squall: sea('a', 'basalt', 0.62, 0.96, 3.02),
} as const satisfies Record<string, Place>
