import type { MediaFacts } from '@trove/contract/files'
import { avGetCodecName, Packet, type FormatContext, type Rational, type Stream } from 'node-av'
import sharp from 'sharp'
import type { MediaSummary, RenderRequest } from '../rendering.ts'
import { present, text } from './camera.ts'
import { openRecording, type Opened } from './demux.ts'
import { findPoster } from './frames.ts'
import { OPENING, type Rendered } from './still.ts'
import { Undecodable, UnknownCodec } from './undecodable.ts'
import { decode, makeVariants } from './variants.ts'

const DAMAGED = 'The picture cannot be decoded: it is damaged or incomplete.'
const SECOND_US = 1_000_000
/** The beginning is often black: a poster is taken from here first. */
const POSTER_SHARE = 0.1
const POSTER_LATEST_US = 10 * SECOND_US
/** Packets that are counted where the container does not say how long it is. */
const MOST_COUNTED = 500_000

/** Facts and poster of a video, or facts and cover of a recording of sound. @throws Undecodable */
export async function renderRecording({ path }: RenderRequest): Promise<Rendered> {
  const opened = await openRecording(path)
  try {
    if (opened.video === undefined && opened.audio === undefined)
      throw new Undecodable('The recording holds neither picture nor sound.')
    const durationUs = await durationOf(opened)
    return opened.video === undefined
      ? await renderSound(opened, durationUs)
      : await renderVideo(opened, opened.video, durationUs)
  } finally {
    await opened.format.closeInput()
  }
}

/** A single picture of a format that FFmpeg alone can read; ready without variants where even FFmpeg cannot. @throws Undecodable */
export async function renderStill({ path }: RenderRequest): Promise<Rendered> {
  const opened = await openRecording(path).catch((error: unknown) => {
    throw new Undecodable(DAMAGED, error)
  })
  try {
    if (opened.video === undefined) throw new Undecodable(DAMAGED)
    const { pixels, shape } = await findPoster(opened.format, opened.video, [0])
    const { variants, blur } = await makeVariants(pixels, 'large')
    return { summary: { widthPixels: shape.widthPixels, heightPixels: shape.heightPixels, blur, facts: {} }, variants }
  } catch (error) {
    if (error instanceof UnknownCodec) return { summary: { facts: {} }, variants: [] }
    throw new Undecodable(DAMAGED, error)
  } finally {
    await opened.format.closeInput()
  }
}

async function renderVideo(opened: Opened, video: Stream, durationUs: number | undefined): Promise<Rendered> {
  const length = durationUs ?? 0
  const first = length < 2 * SECOND_US ? 0 : Math.min(length * POSTER_SHARE, POSTER_LATEST_US)
  const positions = [...new Set([first, length * 0.3, length * 0.6, 0])]
  const { pixels, shape } = await findPoster(opened.format, video, positions)
  const { variants, blur } = await makeVariants(pixels, 'poster')
  const { widthPixels, heightPixels } = shape
  return { summary: { ...duration(durationUs), widthPixels, heightPixels, blur, facts: factsOf(opened) }, variants }
}

async function renderSound(opened: Opened, durationUs: number | undefined): Promise<Rendered> {
  const summary: MediaSummary = { ...duration(durationUs), facts: factsOf(opened) }
  const cover = opened.cover?.attachedPic?.data
  if (cover === null || cover === undefined) return { summary, variants: [] }
  // A cover that is broken is no reason to refuse the recording.
  const drawn = await decode(sharp(Buffer.from(cover), OPENING).autoOrient())
    .then((pixels) => makeVariants(pixels, undefined))
    .catch(() => undefined)
  return drawn === undefined
    ? { summary, variants: [] }
    : { summary: { ...summary, blur: drawn.blur }, variants: drawn.variants }
}

const duration = (us: number | undefined) => (us === undefined ? {} : { durationMs: Math.round(us / 1000) })

function factsOf({ format, video, audio, tags }: Opened): MediaFacts {
  return present({
    container: text(format.iformat?.name?.split(',')[0]),
    videoCodec: video && codecOf(video),
    audioCodec: audio && codecOf(audio),
    frameRate: video && frameRateOf(video),
    title: text(tag(tags, 'title')),
    artist: text(tag(tags, 'artist') ?? tag(tags, 'album_artist')),
    takenAt: instant(tag(tags, 'creation_time')),
    cameraMake: text(tag(tags, 'com.apple.quicktime.make') ?? tag(tags, 'make')),
    cameraModel: text(tag(tags, 'com.apple.quicktime.model') ?? tag(tags, 'model')),
  })
}

const tag = (tags: Record<string, string>, name: string): string | undefined =>
  Object.entries(tags).find(([key]) => key.toLowerCase() === name)?.[1]

const codecOf = (stream: Stream): string | undefined => text(avGetCodecName(stream.codecpar.codecId) ?? undefined)

/** Exact: 29.97 is 30000/1001. */
function frameRateOf(stream: Stream): { num: number; den: number } | undefined {
  const isSane = ({ num, den }: Rational) => den > 0 && num > 0 && num / den < 1000
  const rate = [stream.avgFrameRate, stream.rFrameRate].find(isSane)
  return rate === undefined ? undefined : { num: rate.num, den: rate.den }
}

/** Cameras write the year 1904 or 1970 when their clock is not set. */
function instant(value: string | undefined): string | undefined {
  const [, written, year] = /^((\d{4})-\d\d-\d\dT\d\d:\d\d:\d\d)/.exec(value ?? '') ?? []
  return Number(year) > 1971 ? written : undefined
}

async function durationOf({ format, video, audio }: Opened): Promise<number | undefined> {
  const told = Number(format.duration)
  if (told > 0 && told < Number.MAX_SAFE_INTEGER) return told
  const stream = video ?? audio
  return stream === undefined ? undefined : measure(format, stream)
}

/** Recordings of browsers do not say how long they are: their last packet does. */
async function measure(format: FormatContext, stream: Stream): Promise<number | undefined> {
  const { num, den } = stream.timeBase
  const packet = new Packet()
  packet.alloc()
  let end = 0
  for (let count = 0; count < MOST_COUNTED && (await format.readFrame(packet)) >= 0; count++) {
    if (packet.streamIndex === stream.index)
      end = Math.max(end, ((Number(packet.pts) + Number(packet.duration)) * num) / den)
    packet.unref()
  }
  packet.free()
  await format.seekFrame(-1, 0n)
  return end > 0 ? end * SECOND_US : undefined
}
