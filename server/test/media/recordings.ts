import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  AV_PIX_FMT_YUV420P,
  AV_PIX_FMT_YUV420P10LE,
  AV_PIX_FMT_YUV422P10LE,
  AV_PIX_FMT_YUVJ420P,
  AV_SAMPLE_FMT_S16,
  AV_SAMPLE_FMT_S16P,
  type AVPixelFormat,
} from 'node-av'
import { encode, type AudioTrack, type VideoTrack } from '../../src/app/demo/encode.ts'
import { picture, storedAs, type Colour } from './picture.ts'

export type ClipOptions = {
  /** Of the stored picture, before `rotation`. */
  widthPixels?: number
  heightPixels?: number
  frames?: number
  frameRate?: { num: number; den: number }
  /** A rate that varies: when frame `index` is shown, in frames at the rate. */
  shownAt?: (index: number) => number
  rotation?: 0 | 90 | 180 | 270
  pixelAspect?: { num: number; den: number }
  seed?: number | string
  isSilent?: boolean
  title?: string
}

/** A container with the codecs that usually live in it. */
type Recipe = {
  container: string
  video: string
  audio: string
  pixelFormat?: AVPixelFormat
  options?: Record<string, string | number>
  codecTag?: string
  sampleFormat?: AudioTrack['sampleFormat']
  containerOptions?: Record<string, string | number>
}

const recipes = {
  mp4: { container: 'mp4', video: 'libx264', audio: 'aac', options: { preset: 'veryfast', crf: 30 } },
  /** The index in front, as web players like it. */
  faststart: {
    container: 'mp4',
    video: 'libx264',
    audio: 'aac',
    options: { preset: 'veryfast', crf: 30 },
    containerOptions: { movflags: '+faststart' },
  },
  fragmented: {
    container: 'mp4',
    video: 'libx264',
    audio: 'aac',
    options: { preset: 'veryfast', crf: 30 },
    containerOptions: { movflags: '+frag_keyframe+empty_moov' },
  },
  mov: { container: 'mov', video: 'libx264', audio: 'aac', options: { preset: 'veryfast', crf: 30 } },
  prores: {
    container: 'mov',
    video: 'prores_ks',
    audio: 'pcm_s16le',
    pixelFormat: AV_PIX_FMT_YUV422P10LE,
    options: { profile: 0 },
    sampleFormat: AV_SAMPLE_FMT_S16,
  },
  hevc: {
    container: 'mp4',
    video: 'libx265',
    audio: 'aac',
    options: { preset: 'ultrafast', crf: 32, 'x265-params': 'log-level=none:pools=1' },
    codecTag: 'hvc1',
  },
  hevc10: {
    container: 'mp4',
    video: 'libx265',
    audio: 'aac',
    pixelFormat: AV_PIX_FMT_YUV420P10LE,
    options: { preset: 'ultrafast', crf: 32, 'x265-params': 'log-level=none:pools=1' },
    codecTag: 'hvc1',
  },
  av1: { container: 'mp4', video: 'libsvtav1', audio: 'aac', options: { preset: 12, crf: 50 } },
  webm: {
    container: 'webm',
    video: 'libvpx-vp9',
    audio: 'libopus',
    options: { deadline: 'realtime', 'cpu-used': 8, crf: 45, b: 0 },
    sampleFormat: AV_SAMPLE_FMT_S16,
  },
  webmVp8: {
    container: 'webm',
    video: 'libvpx',
    audio: 'libvorbis',
    options: { deadline: 'realtime', 'cpu-used': 8, crf: 30, b: 200_000 },
  },
  mkv: {
    container: 'matroska',
    video: 'libx264',
    audio: 'flac',
    options: { preset: 'veryfast', crf: 30 },
    sampleFormat: AV_SAMPLE_FMT_S16,
  },
  avi: { container: 'avi', video: 'mpeg4', audio: 'libmp3lame', options: { b: 300_000 } },
  mjpegAvi: {
    container: 'avi',
    video: 'mjpeg',
    audio: 'pcm_s16le',
    pixelFormat: AV_PIX_FMT_YUVJ420P,
    sampleFormat: AV_SAMPLE_FMT_S16,
  },
  wmv: { container: 'asf', video: 'wmv2', audio: 'wmav2', options: { b: 300_000 } },
  mpeg: {
    container: 'mpeg',
    video: 'mpeg2video',
    audio: 'mp2',
    options: { b: 400_000 },
    sampleFormat: AV_SAMPLE_FMT_S16,
  },
  ts: { container: 'mpegts', video: 'libx264', audio: 'aac', options: { preset: 'veryfast', crf: 30 } },
  '3gp': { container: '3gp', video: 'mpeg4', audio: 'aac', options: { b: 100_000 } },
} as const satisfies Record<string, Recipe>

export type ClipFormat = keyof typeof recipes
export const clipFormats = Object.keys(recipes) as ClipFormat[]

/** A moving test card: corners as in `picture`, a sweeping bar, and the frame number as sixteen black and white cells. */
export function clip(format: ClipFormat, options: ClipOptions = {}): Promise<Buffer> {
  const recipe: Recipe = recipes[format]
  // SVT-AV1 tells its life story on the console unless it is told to report errors only.
  process.env['SVT_LOG'] ??= '1'
  const frameRate = options.frameRate ?? { num: 25, den: 1 }
  const frames = options.frames ?? 25
  const [widthPixels, heightPixels] = [options.widthPixels ?? 160, options.heightPixels ?? 120]
  const video: VideoTrack = {
    encoder: recipe.video,
    widthPixels,
    heightPixels,
    pixelFormat: recipe.pixelFormat ?? AV_PIX_FMT_YUV420P,
    frameRate,
    frames,
    draw: testCard(widthPixels, heightPixels, options),
    ...(recipe.options === undefined ? {} : { options: recipe.options }),
    ...(recipe.codecTag === undefined ? {} : { codecTag: recipe.codecTag }),
    ...(options.shownAt === undefined ? {} : { shownAt: options.shownAt }),
    ...(options.rotation === undefined ? {} : { rotation: options.rotation }),
    ...(options.pixelAspect === undefined ? {} : { pixelAspect: options.pixelAspect }),
  }
  const durationMs = ((options.shownAt?.(frames) ?? frames) * 1000 * frameRate.den) / frameRate.num
  const isOpus = recipe.audio === 'libopus'
  const audio = toneTrack(recipe.audio, durationMs, {
    sampleRate: isOpus ? 48_000 : 44_100,
    sampleFormat: recipe.sampleFormat,
  })
  return recorded((path) =>
    encode({
      path,
      container: recipe.container,
      video,
      ...(options.isSilent ? {} : { audio }),
      ...(recipe.containerOptions === undefined ? {} : { containerOptions: recipe.containerOptions }),
      ...(options.title === undefined ? {} : { metadata: { title: options.title } }),
    }),
  )
}

const soundRecipes = {
  mp3: { container: 'mp3', encoder: 'libmp3lame' },
  m4a: { container: 'ipod', encoder: 'aac' },
  /** Sound alone in a container that usually holds pictures. */
  mp4: { container: 'mp4', encoder: 'aac' },
  aac: { container: 'adts', encoder: 'aac' },
  alac: { container: 'ipod', encoder: 'alac' },
  flac: { container: 'flac', encoder: 'flac' },
  wav: { container: 'wav', encoder: 'pcm_s16le' },
  aiff: { container: 'aiff', encoder: 'pcm_s16be' },
  ogg: { container: 'ogg', encoder: 'libvorbis' },
  opus: { container: 'ogg', encoder: 'libopus' },
  webm: { container: 'webm', encoder: 'libopus' },
  mka: { container: 'matroska', encoder: 'flac' },
  wma: { container: 'asf', encoder: 'wmav2' },
} as const satisfies Record<string, { container: string; encoder: string }>

/** Where the encoder does not take 32-bit floats in planes. */
const sampleFormats: Record<string, AudioTrack['sampleFormat']> = {
  pcm_s16le: AV_SAMPLE_FMT_S16,
  pcm_s16be: AV_SAMPLE_FMT_S16,
  flac: AV_SAMPLE_FMT_S16,
  libopus: AV_SAMPLE_FMT_S16,
  alac: AV_SAMPLE_FMT_S16P,
}

export type SoundFormat = keyof typeof soundRecipes
export const soundFormats = Object.keys(soundRecipes) as SoundFormat[]

/** A tone that rises over its length. */
export function sound(format: SoundFormat, durationMs = 1000, metadata: Record<string, string> = {}): Promise<Buffer> {
  const { container, encoder } = soundRecipes[format]
  const audio = toneTrack(encoder, durationMs, {
    sampleRate: encoder === 'libopus' ? 48_000 : 44_100,
    sampleFormat: sampleFormats[encoder],
  })
  return recorded((path) => encode({ path, container, audio, metadata }))
}

function toneTrack(
  encoder: string,
  durationMs: number,
  format: { sampleRate: number; sampleFormat: AudioTrack['sampleFormat'] | undefined },
): AudioTrack {
  return {
    encoder,
    sampleRate: format.sampleRate,
    channels: 2,
    durationMs,
    sound: (seconds, channel) => 0.3 * Math.sin(2 * Math.PI * (330 + 110 * channel + 60 * seconds) * seconds),
    ...(encoder === 'flac' || encoder.startsWith('pcm') || encoder === 'alac' ? {} : { bitRate: 64_000 }),
    ...(format.sampleFormat === undefined ? {} : { sampleFormat: format.sampleFormat }),
  }
}

/** Stored so that a player which applies the turn shows it upright. */
function testCard(width: number, height: number, { seed, rotation = 0 }: ClipOptions) {
  const orientation = { 0: 1, 90: 6, 180: 3, 270: 8 }[rotation]
  const [uprightWidth, uprightHeight] = orientation >= 5 ? [height, width] : [width, height]
  const { rgb } = storedAs(picture(uprightWidth, uprightHeight, seed), orientation)
  const paint = (rgba: Buffer, x: number, y: number, colour: Colour) => {
    const at = (y * width + x) * 4
    rgba[at] = colour[0]
    rgba[at + 1] = colour[1]
    rgba[at + 2] = colour[2]
  }
  return (index: number, rgba: Buffer) => {
    for (let i = 0; i < width * height; i++) {
      rgb.copy(rgba, i * 4, i * 3, i * 3 + 3)
      rgba[i * 4 + 3] = 255
    }
    const barWidth = Math.max(2, Math.floor(width / 40))
    const barAt = Math.floor(width * 0.25 + (((index * width) / 100) % (width * 0.5)))
    for (let y = Math.floor(height * 0.25); y < height * 0.75; y++) {
      for (let x = barAt; x < Math.min(width, barAt + barWidth); x++) paint(rgba, x, y, [255, 255, 255])
    }
    for (let y = Math.floor(height * 0.85); y < height; y++) {
      for (let x = Math.floor(width * 0.25); x < width * 0.75; x++) {
        const bit = Math.floor(((x - width * 0.25) / (width * 0.5)) * 16)
        paint(rgba, x, y, (index >> (15 - bit)) & 1 ? [255, 255, 255] : [0, 0, 0])
      }
    }
  }
}

async function recorded(write: (path: string) => Promise<void>): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'trove-recording-'))
  try {
    const path = join(folder, 'recording')
    await write(path)
    return await readFile(path)
  } finally {
    await rm(folder, { recursive: true })
  }
}
