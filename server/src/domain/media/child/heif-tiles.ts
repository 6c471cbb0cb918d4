import libheif from 'libheif-js/wasm-bundle.js'
import type { Rows } from './planes.ts'
import { Undecodable } from './undecodable.ts'

/** Upright rows of a picture from `y` on, where the decoder has them: they are gone when the next are asked for. */
export type Strip = { y: number; rows: Rows }

/** The primary picture of a file, as a viewer shows it: put together, turned and cut as its container says. */
export type HeifPicture = {
  width: number
  height: number
  channels: 3 | 4
  /**
   * From the top. A picture of tiles comes a row of tiles at a time, and is never held whole, unless something is cut
   * off it: then tiles do not begin where it does.
   *
   * @throws Undecodable
   */
  strips(isCut: boolean): Generator<Strip, void, void>
}

/** Of libheif's `heif_colorspace`, `heif_chroma` and `heif_channel`. */
const RGB = 1
const INTERLEAVED = { 3: 10, 4: 11 } as const
const CHANNEL_INTERLEAVED = 10

/** Opens what is in `bytes` for as long as `work` takes. @throws Undecodable */
export async function withPrimary<T>(bytes: Uint8Array, work: (picture: HeifPicture) => Promise<T>): Promise<T> {
  await libheif.ready
  const at = libheif._malloc(bytes.length)
  const scratch = libheif._malloc(SCRATCH_BYTES)
  if (at === 0 || scratch === 0) throw new Undecodable('The picture does not fit into memory.')
  const context = libheif._heif_context_alloc()
  let handle = 0
  try {
    libheif.HEAPU8.set(bytes, at)
    attempt(scratch, (error) =>
      libheif._heif_context_read_from_memory_without_copy(error, context, at, bytes.length, 0),
    )
    attempt(scratch, (error) => libheif._heif_context_get_primary_image_handle(error, context, scratch + RESULT_AT))
    handle = read(scratch + RESULT_AT)
    return await work(pictureOf(handle, scratch))
  } finally {
    if (handle !== 0) libheif._heif_image_handle_release(handle)
    libheif._heif_context_free(context)
    libheif._free(scratch)
    libheif._free(at)
  }
}

/** An error of three numbers, then one result, then `heif_image_tiling`. */
const [RESULT_AT, TILING_AT, SCRATCH_BYTES] = [16, 32, 256]

const read = (at: number): number => new DataView(libheif.HEAPU8.buffer).getInt32(at, true)

/** @throws Undecodable  libheif says that it failed */
function attempt(error: number, call: (error: number) => void): void {
  call(error)
  if (read(error) !== 0) throw new Undecodable('The picture cannot be decoded: it is damaged or incomplete.')
}

function pictureOf(handle: number, scratch: number): HeifPicture {
  const [width, height] = [libheif._heif_image_handle_get_width(handle), libheif._heif_image_handle_get_height(handle)]
  const channels = libheif._heif_image_handle_has_alpha_channel(handle) !== 0 ? 4 : 3
  const source = { handle, scratch, width, height, channels } as const
  return {
    width,
    height,
    channels,
    strips(isCut) {
      const tiling = channels === 3 && !isCut ? tilingOf(source) : undefined
      return tiling === undefined ? whole(source) : rowsOfTiles(source, tiling)
    },
  }
}

type Source = { handle: number; scratch: number; width: number; height: number; channels: 3 | 4 }
type Tiling = { across: number; down: number; width: number; height: number; top: number; left: number }

/** As the picture is seen; undefined of one that is not of tiles. */
function tilingOf({ handle, scratch, width, height }: Source): Tiling | undefined {
  const at = scratch + TILING_AT
  libheif._heif_image_handle_get_image_tiling(scratch, handle, 1, at)
  if (read(scratch) !== 0) return undefined
  const [across, down, tileWidth, tileHeight, ofWidth, ofHeight, top, left] = [1, 2, 3, 4, 5, 6, 7, 8].map((index) =>
    read(at + index * 4),
  ) as [number, number, number, number, number, number, number, number]
  // What the tiles have too much is at their right and bottom, until they are turned.
  const [right, below] = [across * tileWidth - width, down * tileHeight - height]
  const isSane =
    ofWidth === width && ofHeight === height && right >= 0 && right < tileWidth && below >= 0 && below < tileHeight
  if (across * down < 2 || !isSane) return undefined
  return { across, down, width: tileWidth, height: tileHeight, top: top > 0 ? below : 0, left: left > 0 ? right : 0 }
}

function* whole(source: Source): Generator<Strip, void, void> {
  const image = decoded(source, (error, at) =>
    libheif._heif_decode_image(error, source.handle, at, RGB, INTERLEAVED[source.channels], 0),
  )
  try {
    const rows = rowsOf(image, source)
    if (rows.width !== source.width || rows.height !== source.height) throw new Undecodable(DIFFERENT)
    yield { y: 0, rows }
  } finally {
    libheif._heif_image_release(image)
  }
}

const DIFFERENT = 'The picture is not as large as its container says: it is damaged or incomplete.'

/** What lies outside of the picture in the tiles at its edges is left out. */
function* rowsOfTiles(source: Source, tiling: Tiling): Generator<Strip, void, void> {
  const { width, height, channels } = source
  const stride = width * channels
  const bytes = Buffer.alloc(stride * Math.min(tiling.height, height))
  for (let row = 0; row < tiling.down; row++) {
    const top = row * tiling.height - tiling.top
    const [y, end] = [Math.max(0, top), Math.min(height, top + tiling.height)]
    if (end <= y) continue
    for (let column = 0; column < tiling.across; column++) {
      const left = column * tiling.width - tiling.left
      const [x, right] = [Math.max(0, left), Math.min(width, left + tiling.width)]
      if (right <= x) continue
      const image = decoded(source, (error, at) =>
        libheif._heif_image_handle_decode_image_tile(error, source.handle, at, RGB, INTERLEAVED[3], 0, column, row),
      )
      try {
        const tile = rowsOf(image, source)
        if (tile.width < right - left || tile.height < end - top) throw new Undecodable(DIFFERENT)
        for (let line = y; line < end; line++) {
          const from = (line - top) * tile.stride + (x - left) * channels
          bytes.set(tile.bytes.subarray(from, from + (right - x) * channels), (line - y) * stride + x * channels)
        }
      } finally {
        libheif._heif_image_release(image)
      }
    }
    yield { y, rows: { bytes, width, height: end - y, channels, stride } }
  }
}

function decoded({ scratch }: Source, decode: (error: number, imageAt: number) => void): number {
  attempt(scratch, (error) => decode(error, scratch + RESULT_AT))
  return read(scratch + RESULT_AT)
}

function rowsOf(image: number, { scratch, channels }: Source): Rows {
  const width = libheif._heif_image_get_width(image, CHANNEL_INTERLEAVED)
  const height = libheif._heif_image_get_height(image, CHANNEL_INTERLEAVED)
  const at = libheif._heif_image_get_plane_readonly(image, CHANNEL_INTERLEAVED, scratch + RESULT_AT)
  const stride = read(scratch + RESULT_AT)
  if (at === 0 || stride < width * channels) throw new Undecodable(DIFFERENT)
  return { bytes: libheif.HEAPU8.subarray(at, at + stride * height), width, height, channels, stride }
}
