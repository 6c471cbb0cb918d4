import { open, readFile } from 'node:fs/promises'
import libheif from 'libheif-js/wasm-bundle.js'
import sharp, { type Metadata, type Sharp } from 'sharp'
import type { RenderRequest } from '../rendering.ts'
import { isScreenReady, readCodes, toScreen } from './colour.ts'
import { openingOf } from './head.ts'
import { readFacts, readStorage } from './metadata.ts'
import { factorFor, shrinkRows, type Rows } from './planes.ts'
import { OPENING, undecodable, type Picture } from './still.ts'
import { tiffHead, tiffOf } from './tiff.ts'
import { Undecodable } from './undecodable.ts'
import { decode, decodeDeep, type Pixels } from './variants.ts'

/** Decoded to three bytes a pixel, beside the four and a half that libheif needs meanwhile. */
const MOST_PIXELS = 64_000_000
const LARGEST_BYTES = 100 * 1024 ** 2

/**
 * A picture that iPhones take: one of many tiles as a rule. libheif puts them together and applies the rotation that
 * stands in the file; the EXIF orientation beside it is only a repetition.
 */
export async function readHeic(request: RenderRequest, side: number): Promise<Picture> {
  const [metadata, opening] = await Promise.all([metadataOf(request.path), openingOf(request.path, request.mediaType)])
  const { rows, profile } = await decodeHeic(request, metadata, (all) =>
    shrinkRows(all, factorFor(Math.max(all.width, all.height), side)),
  )
  const codes = readCodes(opening.codes, { icc: profile })
  const source = sharp(tiffOf(rows.small, profile), OPENING)
  const pixels: Pixels = await (
    isScreenReady(codes) ? decode(source, side) : decodeDeep(source, side).then((deep) => toScreen(deep, codes))
  ).catch(undecodable)
  const facts = {
    ...(metadata && { ...readStorage(metadata), ...readFacts(metadata) }),
    ...opening.facts,
    ...(codes?.isHdr && { isHdr: true }),
  }
  return { pixels, summary: { widthPixels: rows.width, heightPixels: rows.height, facts } }
}

/**
 * The whole picture upright, written to `path` as a TIFF: there is no room for it twice.
 *
 * @throws Undecodable
 */
export async function openHeic(request: Pick<RenderRequest, 'path' | 'sizeBytes'>, path: string): Promise<Sharp> {
  const bytesOf = (rows: Rows, y: number) =>
    rows.bytes.subarray(y * rows.stride, y * rows.stride + rows.width * rows.channels)
  await decodeHeic(request, await metadataOf(request.path), async (rows, profile) => {
    const file = await open(path, 'wx')
    try {
      await file.write(tiffHead(rows, 'light', profile?.length ?? 0))
      for (let y = 0; y < rows.height; y++) await file.write(bytesOf(rows, y))
      if (profile !== undefined) await file.write(profile)
    } finally {
      await file.close()
    }
  })
  return sharp(path, OPENING)
}

/** libvips reads what stands in the file, and none of its pixels. */
const metadataOf = (path: string): Promise<Metadata | undefined> =>
  sharp(path)
    .metadata()
    .catch(() => undefined)

/** `take` gets the pixels where the decoder has them: they are gone when it has ended. */
async function decodeHeic<T>(
  { path, sizeBytes }: Pick<RenderRequest, 'path' | 'sizeBytes'>,
  metadata: Metadata | undefined,
  take: (rows: Rows, profile: Buffer | undefined) => T | Promise<T>,
): Promise<{ rows: { small: Awaited<T>; width: number; height: number }; profile: Buffer | undefined }> {
  if (sizeBytes > LARGEST_BYTES) throw new Undecodable('The picture is too large to be decoded.')
  if (metadata !== undefined) requireFew(metadata.width * metadata.height)
  const bytes = await readFile(path)
  const profile = metadata?.icc ?? findProfile(bytes)
  const decoded = await quietly(async () => {
    await libheif.ready
    const decoder = new libheif.HeifDecoder()
    const images = decoder.decode(bytes)
    try {
      const image = images.find((each) => each.is_primary()) ?? images[0]
      if (image === undefined) throw new Undecodable('The picture cannot be decoded: it is damaged or incomplete.')
      requireFew(image.get_width() * image.get_height())
      const { channels, image: held } = await interleaved(image)
      const plane = channels.find(({ id }) => id === libheif.heif_channel.heif_channel_interleaved)
      if (plane === undefined) throw new Undecodable('The picture cannot be decoded: it is damaged or incomplete.')
      const { width, height, stride } = plane
      const rows: Rows = { bytes: plane.data, width, height, stride, channels: image.has_alpha_channel() ? 4 : 3 }
      const small = await take(rows, profile)
      libheif.heif_image_release(held)
      return { small, width, height }
    } finally {
      for (const image of images) image.free()
      decoder.decoder?.delete()
    }
  }).catch(undecodable)
  return { rows: decoded, profile }
}

type Image = ReturnType<InstanceType<typeof libheif.HeifDecoder>['decode']>[number]

async function interleaved(image: Image) {
  const { heif_chroma_interleaved_RGB: rgb, heif_chroma_interleaved_RGBA: rgba } = libheif.heif_chroma
  const chroma = image.has_alpha_channel() ? rgba : rgb
  const decoded = await libheif.heif_js_decode_image2(image.handle, libheif.heif_colorspace.heif_colorspace_RGB, chroma)
  if (decoded.code !== undefined || decoded.channels === undefined)
    throw new Undecodable('The picture cannot be decoded: it is damaged or incomplete.')
  return decoded
}

function requireFew(pixels: number): void {
  if (pixels > MOST_PIXELS) throw new Undecodable(`It has more than ${MOST_PIXELS / 1e6} million pixels.`)
}

const META_BYTES = 1024 * 1024

/** The ICC profile in the `colr` box of the picture, if it has one (ISO/IEC 14496-12 §12.1.5). */
function findProfile(bytes: Buffer): Buffer | undefined {
  const at = bytes.subarray(0, META_BYTES).indexOf('colrprof', 0, 'latin1')
  if (at < 4) return undefined
  const end = at - 4 + bytes.readUInt32BE(at - 4)
  const profile = bytes.subarray(at + 8, end)
  return profile.length > 128 && profile.toString('latin1', 36, 40) === 'acsp' ? profile : undefined
}

/** libheif's wrapper talks to the console. */
async function quietly<T>(work: () => Promise<T>): Promise<T> {
  const { log, warn, error } = console
  Object.assign(console, { log: () => {}, warn: () => {}, error: () => {} })
  try {
    return await work()
  } finally {
    Object.assign(console, { log, warn, error })
  }
}
