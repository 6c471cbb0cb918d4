import type { MediaFacts } from '@trove/contract/media-facts'
import { Packet, type FormatContext, type Stream } from 'node-av'
import sharp from 'sharp'
import type { MediaSummary, RenderRequest } from '../rendering.ts'
import { openRecording, type Opened } from './demux.ts'
import { findPoster } from './frames.ts'
import { scanPackets } from './packets.ts'
import { factsOf } from './recording-facts.ts'
import { OPENING, type Rendered } from './still.ts'
import { Undecodable, UnknownCodec } from './undecodable.ts'
import { decode, makeVariants } from './variants.ts'

const DAMAGED = 'The picture cannot be decoded: it is damaged or incomplete.'
const SECOND_US = 1_000_000
/** As FFmpeg names the container of a JPEG XL that moves. */
const MOVING_JXL = 'jpegxl_anim'
/** The beginning is often black: a poster is taken from here first. */
const POSTER_SHARE = 0.1
const POSTER_LATEST_US = 10 * SECOND_US
/** Packets that are counted where the container does not say how long it is. */
const MOST_COUNTED = 500_000
const MOST_SCANNED_BYTES = 32 * 1024 ** 2

/** Facts and poster of a video, or facts and cover of a recording of sound. @throws Undecodable */
export async function renderRecording({ path, mediaType, sizeBytes }: RenderRequest): Promise<Rendered> {
  const opened = await openRecording(path)
  try {
    if (opened.video === undefined && opened.audio === undefined)
      throw new Undecodable('The recording holds neither picture nor sound.')
    const durationUs = await durationOf(opened)
    const { video } = opened
    if (video === undefined) return await renderSound(opened, factsOf(opened, mediaType), durationUs)
    // Of a large one they are counted later, by the step that makes its sheet.
    const scanned = sizeBytes <= MOST_SCANNED_BYTES ? await scanPackets(opened.format, video) : undefined
    return await renderVideo(opened, video, factsOf(opened, mediaType, scanned), durationUs)
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
    const facts = opened.format.iformat?.name === MOVING_JXL ? { isAnimated: true } : {}
    return { summary: { widthPixels: shape.widthPixels, heightPixels: shape.heightPixels, blur, facts }, variants }
  } catch (error) {
    if (error instanceof UnknownCodec) return { summary: { facts: {} }, variants: [] }
    throw new Undecodable(DAMAGED, error)
  } finally {
    await opened.format.closeInput()
  }
}

async function renderVideo(
  opened: Opened,
  video: Stream,
  facts: MediaFacts,
  durationUs: number | undefined,
): Promise<Rendered> {
  const length = durationUs ?? 0
  const first = length < 2 * SECOND_US ? 0 : Math.min(length * POSTER_SHARE, POSTER_LATEST_US)
  const positions = [...new Set([first, length * 0.3, length * 0.6, 0])]
  const { pixels, shape } = await findPoster(opened.format, video, positions)
  const { variants, blur } = await makeVariants(pixels, 'poster')
  const { widthPixels, heightPixels } = shape
  return { summary: { ...duration(durationUs), widthPixels, heightPixels, blur, facts }, variants }
}

async function renderSound(opened: Opened, facts: MediaFacts, durationUs: number | undefined): Promise<Rendered> {
  const summary: MediaSummary = { ...duration(durationUs), facts }
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

/** A container may tell times that no number holds. */
const duration = (us: number | undefined) =>
  us === undefined || us > Number.MAX_SAFE_INTEGER ? {} : { durationMs: Math.round(us / 1000) }

export async function durationOf({ format, video, audio }: Opened): Promise<number | undefined> {
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
