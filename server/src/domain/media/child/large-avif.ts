import sharp, { type Metadata } from 'sharp'
import { isScreenReady, toScreen, type Reading } from './colour.ts'
import { framesFrom, withDecoder } from './decoding.ts'
import { openRecording } from './demux.ts'
import { shapeOf, toPixels, within, type Shape } from './picture.ts'
import { OPENING, undecodable, type Picture } from './still.ts'
import { tiffOf } from './tiff.ts'
import { Undecodable } from './undecodable.ts'
import { decode, decodeDeep, type Pixels } from './variants.ts'

/** Some more than is asked for: the last step makes it small well. */
const SPARE = 1.5
const MOST_PACKETS = 16

type Wanted = { codes: Reading | undefined; side: number }

/**
 * An AVIF of one piece that is too large for libvips, which holds it several times over: FFmpeg decodes it, and makes it
 * small, upright and fit for a screen where the decoder has it.
 *
 * @throws Undecodable
 */
export async function readLargeAvif(path: string, metadata: Metadata, { codes, side }: Wanted) {
  if (metadata.hasAlpha)
    throw new Undecodable(
      `It has ${Math.round((metadata.width * metadata.height) / 1e6)} million pixels in one piece, some of them transparent: it does not fit into memory.`,
    )
  const { pixels: small } = await firstPicture(path, side * SPARE)
  const { width, height } = small.raw
  const source = sharp(tiffOf({ ...small.raw, bytes: small.bytes, stride: width * 3 }, metadata.icc), OPENING)
  // What is brighter than white has been brought down already.
  const isReady = codes?.isHdr === true || isScreenReady(codes)
  const pixels: Pixels = await (
    isReady ? decode(source, side) : decodeDeep(source, side).then((deep) => toScreen(deep, codes))
  ).catch(undecodable)
  const [long, short] = [Math.max(metadata.width, metadata.height), Math.min(metadata.width, metadata.height)]
  const size = width >= height ? { widthPixels: long, heightPixels: short } : { widthPixels: short, heightPixels: long }
  return { pixels, summary: { ...size, facts: {} } }
}

/** The first picture of an AVIF that libvips does not open: one that moves and holds no still picture. @throws Undecodable */
export async function readMovingAvif(path: string, side: number): Promise<Picture> {
  const { pixels, shape } = await firstPicture(path, side)
  const { widthPixels, heightPixels } = shape
  return { pixels, summary: { widthPixels, heightPixels, facts: { isAnimated: true } } }
}

async function firstPicture(path: string, side: number): Promise<{ pixels: Pixels; shape: Shape }> {
  const { format, video } = await openRecording(path)
  try {
    if (video === undefined) throw new Undecodable('The picture cannot be decoded: it is damaged or incomplete.')
    return await withDecoder(video, 1, async (context) => {
      const reading = { format, index: video.index, context, isTrimmed: false, mostPackets: MOST_PACKETS }
      // The frame is gone when the reading ends.
      for await (const frame of framesFrom(reading)) {
        const shape = shapeOf(video, frame)
        return { shape, pixels: await toPixels(frame, within(shape, side)) }
      }
      throw new Undecodable('The picture cannot be decoded: it is damaged or incomplete.')
    })
  } finally {
    await format.closeInput()
  }
}
