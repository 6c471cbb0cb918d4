import { corrupted, truncated } from './hostile.ts'
import { clip, sound, type ClipFormat, type ClipOptions, type SoundFormat } from './recordings.ts'
import type { Specimen } from './specimen.ts'

const videoTypes: Record<ClipFormat, readonly [extension: string, mediaType: string]> = {
  mp4: ['mp4', 'video/mp4'],
  faststart: ['mp4', 'video/mp4'],
  fragmented: ['mp4', 'video/mp4'],
  mov: ['mov', 'video/quicktime'],
  prores: ['mov', 'video/quicktime'],
  hevc: ['mp4', 'video/mp4'],
  hevc10: ['mp4', 'video/mp4'],
  av1: ['mp4', 'video/mp4'],
  webm: ['webm', 'video/webm'],
  webmVp8: ['webm', 'video/webm'],
  mkv: ['mkv', 'video/matroska'],
  avi: ['avi', 'video/vnd.avi'],
  mjpegAvi: ['avi', 'video/vnd.avi'],
  wmv: ['wmv', 'video/x-ms-wmv'],
  mpeg: ['mpg', 'video/mpeg'],
  ts: ['m2ts', 'video/mp2t'],
  '3gp': ['3gp', 'video/3gpp'],
}

const soundTypes: Record<Exclude<SoundFormat, 'mp4'>, readonly [extension: string, mediaType: string]> = {
  mp3: ['mp3', 'audio/mpeg'],
  m4a: ['m4a', 'audio/mp4'],
  alac: ['m4a', 'audio/mp4'],
  aac: ['aac', 'audio/aac'],
  flac: ['flac', 'audio/flac'],
  wav: ['wav', 'audio/wav'],
  aiff: ['aiff', 'audio/aiff'],
  ogg: ['ogg', 'audio/ogg'],
  opus: ['opus', 'audio/ogg'],
  webm: ['weba', 'audio/webm'],
  mka: ['mka', 'audio/matroska'],
  wma: ['wma', 'audio/x-ms-wma'],
}

export const recordingSpecimens: readonly Specimen[] = [...containers(), ...turned(), ...rates(), ...odd(), ...sounds()]

/** H.263 takes few sizes and other codecs any even one: 176 x 144 is a size for all. */
function video(name: string, why: string, format: ClipFormat, options: ClipOptions = {}): Specimen {
  const [extension, mediaType] = videoTypes[format]
  const {
    widthPixels = 176,
    heightPixels = 144,
    frames = 25,
    frameRate = { num: 25, den: 1 },
    rotation = 0,
    pixelAspect,
  } = options
  const shown = pixelAspect === undefined ? widthPixels : Math.round((widthPixels * pixelAspect.num) / pixelAspect.den)
  const isTurned = rotation === 90 || rotation === 270
  return {
    name: `${name}.${extension}`,
    why,
    make: () => clip(format, { ...options, widthPixels, heightPixels, frames, frameRate }),
    outcome: 'ready',
    kind: 'video',
    mediaType,
    widthPixels: isTurned ? heightPixels : shown,
    heightPixels: isTurned ? shown : heightPixels,
    durationMs: Math.round((frames * 1000 * frameRate.den) / frameRate.num),
    isUpright: true,
  }
}

function containers(): Specimen[] {
  const formats = Object.keys(videoTypes) as ClipFormat[]
  return formats.flatMap((format) => [
    video(`clip-${format}`, `${format} with sound`, format),
    video(`silent-${format}`, `${format} without sound`, format, { isSilent: true, frames: 50 }),
  ])
}

function turned(): Specimen[] {
  return (['mp4', 'mov', 'hevc'] as const).flatMap((format) =>
    ([90, 180, 270] as const).map((rotation) =>
      video(`${format}-rotated-${rotation}`, 'the telephone was held that way', format, { rotation }),
    ),
  )
}

function rates(): Specimen[] {
  const fractions = [
    [24_000, 1001],
    [24, 1],
    [30_000, 1001],
    [30, 1],
    [50, 1],
    [60_000, 1001],
    [60, 1],
    [12, 1],
  ] as const
  return [
    ...fractions.map(([num, den]) =>
      video(`rate-${num}-${den}`, 'its frame rate', 'mp4', {
        frameRate: { num, den },
        frames: num > 100 ? 48 : num * 2,
      }),
    ),
    video('wide-pixels', 'pixels that are not square: 1.5 times as wide as high', 'mp4', {
      pixelAspect: { num: 3, den: 2 },
    }),
    video('large', 'full HD', 'mp4', { widthPixels: 1920, heightPixels: 1080, frames: 5 }),
    video('upright-telephone', 'stored upright', 'mp4', { widthPixels: 144, heightPixels: 256 }),
    video('titled', 'a title in its metadata', 'mp4', { title: 'Test card' }),
  ]
}

function odd(): Specimen[] {
  const base = { kind: 'video' } as const
  const mp4 = (options: ClipOptions = {}) => clip('mp4', { widthPixels: 176, heightPixels: 144, ...options })
  return [
    video('one-frame', 'a single frame', 'mp4', { frames: 1 }),
    {
      ...base,
      name: 'tiny.mp4',
      why: '16 x 16',
      make: () => mp4({ widthPixels: 16, heightPixels: 16 }),
      outcome: 'ready',
      widthPixels: 16,
      heightPixels: 16,
    },
    {
      name: 'sound-alone.mp4',
      why: 'no picture in a container of pictures',
      make: () => sound('mp4'),
      outcome: 'ready',
      durationMs: 1000,
    },
    {
      ...base,
      name: 'no-index.mp4',
      why: 'cut before the index',
      make: async () => truncated(await mp4(), 0.5),
      outcome: 'failed',
    },
    {
      ...base,
      name: 'cut-after-index.mp4',
      why: 'the index without the end of its frames',
      make: async () => truncated(await clip('fragmented'), 0.6),
      outcome: 'settled',
    },
    {
      ...base,
      name: 'cut.webm',
      why: 'half of it',
      make: async () => truncated(await clip('webm'), 0.5),
      outcome: 'settled',
    },
    {
      ...base,
      name: 'cut.mkv',
      why: 'half of it',
      make: async () => truncated(await clip('mkv'), 0.5),
      outcome: 'settled',
    },
    {
      ...base,
      name: 'cut.avi',
      why: 'half of it',
      make: async () => truncated(await clip('avi'), 0.5),
      outcome: 'settled',
    },
    {
      ...base,
      name: 'no-frames.mp4',
      why: 'only the first kilobyte',
      make: async () => (await clip('mp4')).subarray(0, 1000),
      outcome: 'failed',
    },
    ...(['mp4', 'mov', 'webm', 'mkv', 'avi'] as const).flatMap((format) =>
      [8, 64, 512].map((flips): Specimen => ({
        ...base,
        name: `flipped-${flips}.${format}`,
        why: `${flips} bits turned over`,
        make: async () => corrupted(await clip(format), `${format}${flips}`, flips),
        outcome: 'settled',
      })),
    ),
  ]
}

function sounds(): Specimen[] {
  const formats = Object.keys(soundTypes) as (keyof typeof soundTypes)[]
  return formats.flatMap((format): Specimen[] => {
    const [extension, mediaType] = soundTypes[format]
    // The head of a Matroska file does not tell whether there are pictures in it.
    const common: Partial<Specimen> = format === 'mka' ? {} : { kind: 'audio', mediaType }
    return [
      {
        ...common,
        name: `tone-${format}.${extension}`,
        why: 'a tone',
        make: () => sound(format),
        outcome: 'ready',
        durationMs: 1000,
      },
      {
        ...common,
        name: `long-tone-${format}.${extension}`,
        why: 'a longer tone, with a title',
        make: () => sound(format, 3000, { title: 'Tone', artist: 'Trove' }),
        outcome: 'ready',
        durationMs: 3000,
      },
      {
        ...common,
        name: `cut-${format}.${extension}`,
        why: 'half of it',
        make: async () => truncated(await sound(format), 0.5),
        outcome: 'settled',
      },
    ]
  })
}
