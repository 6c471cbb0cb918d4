import { readFile } from 'node:fs/promises'
import * as hostile from './hostile.ts'
import * as images from './images.ts'
import type { Specimen } from './specimen.ts'

type Size = { widthPixels: number; heightPixels: number }
const LANDSCAPE: Size = { widthPixels: 320, heightPixels: 240 }
const PORTRAIT: Size = { widthPixels: 210, heightPixels: 330 }

export const imageSpecimens: readonly Specimen[] = [
  ...oriented(),
  ...sized(),
  ...formats(),
  ...highEfficiency(),
  ...drawings(),
  ...byOtherPrograms(),
]

/** Every way to hold a camera, in every format that says so in EXIF. */
function oriented(): Specimen[] {
  const formats = { jpeg: 'jpg', progressive: 'jpg', webp: 'webp', tiff: 'tif', png: 'png' } as const
  return (Object.keys(formats) as (keyof typeof formats)[]).flatMap((format) =>
    [LANDSCAPE, PORTRAIT].flatMap((size) =>
      Array.from({ length: 8 }, (_, i): Specimen => {
        const orientation = i + 1
        return {
          name: `${format}-${size.widthPixels}x${size.heightPixels}-orientation-${orientation}.${formats[format]}`,
          why: 'the camera was held that way',
          make: () => images.image(format, { ...size, orientation, seed: `${format}${orientation}` }),
          outcome: 'ready',
          kind: 'image',
          mediaType: format === 'progressive' ? 'image/jpeg' : `image/${format}`,
          ...size,
          isUpright: true,
        }
      }),
    ),
  )
}

/** Sizes at and around what variants are made in, and shapes that round to nothing. */
function sized(): Specimen[] {
  const sizes: readonly (readonly [number, number])[] = [
    [1, 1],
    [2, 1],
    [1, 2],
    [16, 16],
    [199, 150],
    [200, 200],
    [201, 150],
    [800, 600],
    [801, 10],
    [1200, 900],
    [1201, 1200],
    [1, 3000],
    [3000, 1],
    [5000, 20],
    [2400, 1600],
  ]
  return sizes.flatMap(([widthPixels, heightPixels]) =>
    (['jpeg', 'png', 'webp'] as const).map((format): Specimen => ({
      name: `${format}-size-${widthPixels}x${heightPixels}.${format === 'jpeg' ? 'jpg' : format}`,
      why: 'its size',
      make: () => images.image(format, { widthPixels, heightPixels, seed: widthPixels }),
      outcome: 'ready',
      kind: 'image',
      mediaType: `image/${format}`,
      widthPixels,
      heightPixels,
      isUpright: Math.min(widthPixels, heightPixels) >= 100,
    })),
  )
}

function formats(): Specimen[] {
  const still = (name: string, mediaType: string, why: string, make: Specimen['make']): Specimen => ({
    name,
    why,
    make,
    outcome: 'ready',
    kind: 'image',
    mediaType,
    ...LANDSCAPE,
    isUpright: true,
  })
  const moving = {
    outcome: 'ready',
    kind: 'image',
    widthPixels: 160,
    heightPixels: 120,
    isUpright: true,
    isAnimated: true,
  } as const
  const secret = { isPrivate: true } as const
  return [
    {
      ...still('camera.jpg', 'image/jpeg', 'camera facts and a position', () =>
        images.jpeg({ facts: images.privateFacts }),
      ),
      ...secret,
    },
    {
      ...still('camera-6.jpg', 'image/jpeg', 'camera facts and a turn', () =>
        images.jpeg({ facts: images.privateFacts, orientation: 6 }),
      ),
      ...secret,
    },
    {
      ...still('camera.webp', 'image/webp', 'camera facts', () => images.image('webp', { facts: images.privateFacts })),
      ...secret,
    },
    {
      ...still('camera.png', 'image/png', 'camera facts', () => images.image('png', { facts: images.privateFacts })),
      ...secret,
    },
    still('orientation-0.jpg', 'image/jpeg', 'an orientation that does not exist', () =>
      images.jpeg({ facts: { orientation: 0 } }),
    ),
    still('orientation-9.jpg', 'image/jpeg', 'an orientation that does not exist', () =>
      images.jpeg({ facts: { orientation: 9 } }),
    ),
    still('interlaced.png', 'image/png', 'seven passes', () => images.image('interlaced')),
    still('sixteen-bits.png', 'image/png', '16 bits a channel', () => images.png16()),
    { ...still('grey.png', 'image/png', 'one channel', () => images.greyPng()), isUpright: false },
    { ...still('grey.jpg', 'image/jpeg', 'one channel', () => images.greyJpeg()), isUpright: false },
    still('transparent.png', 'image/png', 'a hole in the middle', () => images.transparentPng()),
    still('palette.png', 'image/png', 'a table of colours', () => images.palettePng()),
    still('lossless.webp', 'image/webp', 'lossless', () => images.image('lossless')),
    still('still.avif', 'image/avif', 'AV1', () => images.image('avif')),
    still('still.gif', 'image/gif', 'one frame', () => images.image('gif')),
    still('cmyk.jpg', 'image/jpeg', 'four inks', () => images.cmykJpeg()),
    still('display-p3.jpg', 'image/jpeg', 'wide colours with a profile', () => images.displayP3Jpeg()),
    still('upper-case.JPG', 'image/jpeg', 'extension in capitals', () => images.jpeg()),
    still('other-extension.jpeg', 'image/jpeg', 'the other extension', () => images.jpeg()),
    ...(['none', 'lzw', 'deflate', 'jpeg'] as const).map((packing) =>
      still(`${packing}.tiff`, 'image/tiff', `TIFF packed by ${packing}`, () => images.tiff(packing)),
    ),
    { ...moving, name: 'moving.gif', mediaType: 'image/gif', why: 'animated', make: () => images.animation('gif', 5) },
    {
      ...moving,
      name: 'moving.webp',
      mediaType: 'image/webp',
      why: 'animated',
      make: () => images.animation('webp', 5),
    },
    {
      ...moving,
      name: 'long.gif',
      mediaType: 'image/gif',
      why: 'sixty frames',
      make: () => images.animation('gif', 60),
    },
    {
      name: 'several-pages.tif',
      why: 'scanned pages',
      make: () => images.tiffOfPages(3),
      outcome: 'ready',
      kind: 'image',
      mediaType: 'image/tiff',
    },
    {
      name: 'bitmap.bmp',
      why: 'not compressed',
      make: () => images.bmp(),
      outcome: 'settled',
      kind: 'image',
      mediaType: 'image/bmp',
    },
    {
      name: 'icon.ico',
      why: 'an icon',
      make: () => images.ico(),
      outcome: 'settled',
      kind: 'image',
      mediaType: 'image/vnd.microsoft.icon',
    },
  ]
}

function highEfficiency(): Specimen[] {
  const committed = (name: string) => () => readFile(new URL(name, import.meta.url))
  const heic = {
    outcome: 'ready',
    kind: 'image',
    mediaType: 'image/heic',
    widthPixels: 512,
    heightPixels: 384,
    isUpright: true,
  } as const
  return [
    {
      ...heic,
      name: 'upright.heic',
      why: 'camera facts and a position',
      make: committed('upright.heic'),
      isPrivate: true,
    },
    { ...heic, name: 'rotated.heic', why: 'turned by a property of the container', make: committed('rotated.heic') },
    { ...heic, name: 'upright.heif', why: 'the other extension', make: committed('upright.heic'), isPrivate: true },
    {
      name: 'truncated.heic',
      why: 'half of it',
      make: async () => hostile.truncated(await committed('upright.heic')(), 0.5),
      outcome: 'settled',
      kind: 'image',
    },
  ]
}

function drawings(): Specimen[] {
  const drawing = { kind: 'image', mediaType: 'image/svg+xml' } as const
  return [
    { ...drawing, name: 'drawing.svg', why: 'a drawing', make: () => hostile.svg(), outcome: 'ready', isUpright: true },
    {
      ...drawing,
      name: 'reaching.svg',
      why: 'reaches for files and the network',
      make: () => hostile.reachingSvg(),
      outcome: 'settled',
    },
    {
      ...drawing,
      name: 'billion-laughs.svg',
      why: 'entities that multiply',
      make: () => hostile.billionLaughsSvg(),
      outcome: 'settled',
    },
    {
      ...drawing,
      name: 'nested-use.svg',
      why: 'shapes that multiply',
      make: () => hostile.nestedUseSvg(),
      outcome: 'settled',
      isSlow: true,
    },
    {
      ...drawing,
      name: 'enormous.svg',
      why: 'a canvas of 10^12 pixels',
      make: () => hostile.enormousSvg(),
      outcome: 'settled',
    },
  ]
}

/** Written by other programs, which say the same of them: see README.md. */
function byOtherPrograms(): Specimen[] {
  const committed = (name: string, mediaType: string, why: string): Specimen => ({
    name,
    why,
    make: () => readFile(new URL(name, import.meta.url)),
    outcome: 'ready',
    kind: 'image',
    mediaType,
    widthPixels: 200,
    heightPixels: 150,
    isUpright: true,
  })
  return [
    { ...committed('layers.psd', 'image/vnd.adobe.photoshop', 'three layers and their composite'), kind: 'design' },
    committed('photograph.dcm', 'application/dicom', 'a photograph inside'),
    { ...committed('window.dcm', 'application/dicom', '12 bits and a window'), isUpright: false, isPrivate: true },
    committed('still.jxl', 'image/jxl', 'JPEG XL'),
    { ...committed('moving.jxl', 'image/jxl', 'JPEG XL that moves'), isAnimated: true },
    committed('pq.avif', 'image/avif', 'high dynamic range: white is at 203 cd/m²'),
    { ...committed('tagged.jpg', 'image/jpeg', 'EXIF, IPTC and XMP'), isPrivate: true },
    committed('satellite.jpg', 'image/jpeg', 'a time zone that only the satellites tell'),
    {
      ...committed('moving.png', 'image/png', 'animated'),
      make: () => images.animatedPng(),
      widthPixels: 320,
      heightPixels: 240,
      isAnimated: true,
    },
    {
      ...committed('three-pages.tif', 'image/tiff', 'three pages'),
      make: () => images.pagedTiff(3),
      widthPixels: 320,
      heightPixels: 240,
      pages: 3,
    },
  ]
}
