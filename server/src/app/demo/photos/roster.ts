import type { CameraFacts } from '../exif.ts'
import { hex } from '../draw/canvas.ts'
import { integerBetween, pick, randomFrom } from '../random.ts'
import { city, type City } from './city.ts'
import { blossoms, flower, ink, lights } from './close-up.ts'
import { facade, houses } from './facade.ts'
import { forest, forestLights } from './forest.ts'
import { landscape, type Landscape } from './landscape.ts'
import { placeOf } from './places.ts'
import { arrangements, stillLife } from './studio.ts'
import { views } from './views.ts'

export type Draw = (widthPixels: number, heightPixels: number) => Buffer

export type Photo = {
  name: string
  widthPixels: number
  heightPixels: number
  draw: Draw
  facts: CameraFacts
  /** The camera was held upright and stored the picture on its side. */
  isTurned?: boolean
}

type Frame = keyof typeof frames

/** Shapes of a picture, long side first where it lies. */
const frames = {
  wide: [1500, 1000],
  classic: [1440, 1080],
  cinema: [1600, 900],
  panorama: [1960, 840],
  square: [1200, 1200],
  tall: [1000, 1500],
  portrait: [1080, 1350],
} as const

const land =
  (photo: Landscape): Draw =>
  (w, h) =>
    landscape(photo, w, h)
const town =
  (photo: City): Draw =>
  (w, h) =>
    city(photo, w, h)

const hours = [
  ['dawn', '05:41'],
  ['morning', '08:20'],
  ['noon', '12:55'],
  ['golden', '18:48'],
  ['dusk', '20:31'],
  ['blue', '21:04'],
  ['night', '23:50'],
] as const

/** Where each hangs in the library, newest last: they are uploaded in this order. */
export const photos: readonly Photo[] = [
  photo('Ridge above Fell.jpg', 'panorama', '2025-02-08T08:14:00', land({ ...views.ridge, mood: 'dawn' })),
  photo('First snow.jpg', 'wide', '2025-02-08T09:40:00', land({ ...views.firstSnow, mood: 'morning' })),
  photo('North face.jpg', 'portrait', '2025-02-08T10:05:00', land({ ...views.northFace, mood: 'morning' })),
  photo('White-out.jpg', 'wide', '2025-02-09T11:32:00', land({ ...views.whiteOut, mood: 'mist' })),
  photo('Aurora over the cirque.jpg', 'wide', '2025-02-09T23:12:00', land({ ...views.cirque, mood: 'aurora' })),
  photo('Winter wood.jpg', 'classic', '2025-02-11T14:20:00', (w, h) =>
    forest({ seed: 'winter', ...forestLights.winter }, w, h),
  ),
  photo('Plaster study.jpg', 'wide', '2025-03-03T15:02:00', (w, h) =>
    stillLife({ seed: 1, ...arrangements.plaster }, w, h),
  ),
  photo('Ceramic study.jpg', 'wide', '2025-03-03T16:18:00', (w, h) =>
    stillLife({ seed: 2, ...arrangements.ceramic }, w, h),
  ),
  photo('Dahlia.jpg', 'wide', '2025-04-19T10:22:00', (w, h) => flower({ seed: 'dahlia', ...blossoms.dahlia }, w, h)),
  photo('Violet.jpg', 'portrait', '2025-04-19T10:40:00', (w, h) =>
    flower({ seed: 'violet', ...blossoms.violet }, w, h),
  ),
  photo('Rose house.jpg', 'classic', '2025-05-02T17:32:00', (w, h) =>
    facade({ seed: 1, ...houses.rose, columns: 4, rows: 3 }, w, h),
  ),
  photo('Blue shutters.jpg', 'portrait', '2025-05-02T17:49:00', (w, h) =>
    facade({ seed: 2, ...houses.white, columns: 2, rows: 2 }, w, h),
  ),
  photo('Summer wood.jpg', 'wide', '2025-06-14T07:48:00', (w, h) =>
    forest({ seed: 'summer', ...forestLights.summer }, w, h),
  ),
  photo('Meadows at Brae.jpg', 'wide', '2025-06-14T09:15:00', land({ ...views.brae, mood: 'morning' })),
  photo('Valley under mist.jpg', 'cinema', '2025-06-15T05:58:00', land({ ...views.valley, mood: 'dawn' })),
  ...hours.map(([mood, time], i) =>
    photo(`Lake Orrin ${i + 1} ${mood}.jpg`, 'wide', `2025-06-21T${time}:00`, land({ ...views.orrin, mood })),
  ),
  photo('Islands, morning.jpg', 'wide', '2025-07-18T08:31:00', land({ ...views.islands, mood: 'dawn' })),
  photo('Skerries.jpg', 'panorama', '2025-07-18T12:10:00', land({ ...views.skerries, mood: 'noon' })),
  photo('Sound, last light.jpg', 'wide', '2025-07-18T20:44:00', land({ ...views.sound, mood: 'golden' })),
  photo('Harbour mouth.jpg', 'classic', '2025-07-19T21:20:00', land({ ...views.harbour, mood: 'dusk' })),
  photo('Blue hour at sea.jpg', 'cinema', '2025-07-19T21:58:00', land({ ...views.blueSea, mood: 'blue' })),
  photo('Squall.jpg', 'wide', '2025-07-20T16:05:00', land({ ...views.squall, mood: 'storm', isMonochrome: true })),
  photo('Ink 01.jpg', 'square', '2025-08-04T11:00:00', (w, h) =>
    ink({ seed: 1, colours: [hex('#0c2440'), hex('#2c7c9c'), hex('#e87850'), hex('#f8ecd8')] }, w, h),
  ),
  photo('Ink 02.jpg', 'tall', '2025-08-04T11:26:00', (w, h) =>
    ink({ seed: 2, colours: [hex('#f4ece0'), hex('#d8b8a8'), hex('#385868'), hex('#c84c34')], scale: 1.6 }, w, h),
  ),
  photo('Ink 03.jpg', 'wide', '2025-08-04T11:51:00', (w, h) =>
    ink({ seed: 7, colours: [hex('#10241c'), hex('#2c6c54'), hex('#c8a850'), hex('#f0e8d0')], scale: 1.9 }, w, h),
  ),
  photo('Mesa.jpg', 'wide', '2025-09-11T07:10:00', land({ ...views.mesa, mood: 'dawn' })),
  photo('Terraces.jpg', 'cinema', '2025-09-11T12:40:00', land({ ...views.terraces, mood: 'noon' })),
  photo('Canyon, evening.jpg', 'wide', '2025-09-11T18:55:00', land({ ...views.canyon, mood: 'golden' })),
  photo('Dune 1.jpg', 'wide', '2025-09-12T12:05:00', land({ ...views.dune, mood: 'noon' })),
  photo('Dune 2.jpg', 'panorama', '2025-09-12T18:36:00', land({ ...views.duneEvening, mood: 'golden' })),
  photo('Autumn wood.jpg', 'wide', '2025-10-17T15:30:00', (w, h) =>
    forest({ seed: 'autumn', ...forestLights.autumn }, w, h),
  ),
  photo('Heather.jpg', 'wide', '2025-10-18T08:02:00', land({ ...views.heather, mood: 'dawn' })),
  photo('Milky Way, Fell hut.jpg', 'tall', '2025-10-18T23:40:00', land({ ...views.hut, mood: 'night' }), {
    isTurned: true,
  }),
  photo('Citrus.jpg', 'classic', '2025-11-06T13:15:00', (w, h) => stillLife({ seed: 3, ...arrangements.citrus }, w, h)),
  photo('Night study.jpg', 'wide', '2025-11-06T19:44:00', (w, h) =>
    stillLife({ seed: 4, ...arrangements.night }, w, h),
  ),
  photo(
    'River city, evening.jpg',
    'wide',
    '2025-12-12T17:02:00',
    town({ seed: 5, mood: 'golden', lights: 0.06, waterline: 0.72, tallest: 0.5 }),
  ),
  photo(
    'River city, dusk.jpg',
    'cinema',
    '2025-12-12T17:31:00',
    town({ seed: 5, mood: 'dusk', lights: 0.32, waterline: 0.72, tallest: 0.5 }),
  ),
  photo(
    'River city, night.jpg',
    'wide',
    '2025-12-12T18:20:00',
    town({ seed: 5, mood: 'night', lights: 0.6, waterline: 0.72, tallest: 0.5 }),
  ),
  photo(
    'Traffic.jpg',
    'tall',
    '2025-12-12T19:05:00',
    (w, h) =>
      lights(
        {
          seed: 1,
          back: hex('#0c1430'),
          floor: hex('#241018'),
          colours: [hex('#ffb050'), hex('#ff6038'), hex('#60a0ff'), hex('#ffe0a0')],
        },
        w,
        h,
      ),
    { isTurned: true },
  ),
  photo('Lanterns.jpg', 'wide', '2025-12-13T18:47:00', (w, h) =>
    lights(
      {
        seed: 4,
        back: hex('#28140c'),
        floor: hex('#140a10'),
        colours: [hex('#ff9c40'), hex('#ffd080'), hex('#ff7048')],
        count: 70,
        size: 1.3,
      },
      w,
      h,
    ),
  ),
  photo('Marigold.jpg', 'square', '2026-03-21T11:08:00', (w, h) => flower({ seed: 'sunny', ...blossoms.sunny }, w, h)),
  photo('White.jpg', 'classic', '2026-03-21T11:34:00', (w, h) => flower({ seed: 'white', ...blossoms.white }, w, h)),
  photo('Ochre house.jpg', 'wide', '2026-04-03T18:12:00', (w, h) =>
    facade({ seed: 5, ...houses.ochre, columns: 5, rows: 3 }, w, h),
  ),
  photo('Dusk on the col.jpg', 'wide', '2026-04-25T20:15:00', land({ ...views.col, mood: 'dusk' })),
  photo('Blue ridges.jpg', 'panorama', '2026-04-25T20:58:00', land({ ...views.blueRidges, mood: 'blue' })),
  photo('Above the tarn.jpg', 'wide', '2026-04-26T06:32:00', land({ ...views.tarn, mood: 'morning' })),
  photo('Golden spur.jpg', 'cinema', '2026-04-26T18:50:00', land({ ...views.spur, mood: 'golden' })),
]

function photo(name: string, frame: Frame, takenAt: string, draw: Draw, more: { isTurned?: boolean } = {}): Photo {
  const [widthPixels, heightPixels] = frames[frame]
  return {
    name,
    widthPixels,
    heightPixels,
    draw,
    facts: { ...cameraFor(name), ...placeOf(name, takenAt), takenAt },
    ...more,
  }
}

/** Cameras that nobody sells, with settings that fit together. */
function cameraFor(name: string): CameraFacts {
  const random = randomFrom(`camera ${name}`)
  const lens = pick(random, [
    { lens: 'Halden 24-70mm f/2.8', focal: [24, 70], widest: 2.8 },
    { lens: 'Halden 35mm f/1.8', focal: [35, 35], widest: 1.8 },
    { lens: 'Halden 85mm f/1.8', focal: [85, 85], widest: 1.8 },
    { lens: 'Halden 16-35mm f/4', focal: [16, 35], widest: 4 },
  ] as const)
  return {
    make: 'Halden',
    model: pick(random, ['Halden M5', 'Halden M5', 'Halden F2']),
    lens: lens.lens,
    exposure: [1, pick(random, [30, 60, 125, 250, 500, 1000])],
    aperture: Math.max(lens.widest, pick(random, [2.8, 4, 5.6, 8, 11])),
    iso: pick(random, [100, 100, 200, 400, 800]),
    focalLengthMm: integerBetween(random, lens.focal[0], lens.focal[1]),
    artist: pick(random, ['Mara Lindqvist', 'Tomas Okafor']),
    copyright: 'Northlight Studio',
  }
}
