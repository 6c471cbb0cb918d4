import { promisify } from 'node:util'
import { constants, zstdCompress, zstdDecompress } from 'node:zlib'
import { FRAME_BYTES } from './framed-format.ts'

const compress = promisify(zstdCompress)
const decompress = promisify(zstdDecompress)

/** The level that gains most for its time; more would hold uploads up. */
const PARAMS = { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_checksumFlag]: 1 }
/** Room for what comes out at once: asking for it piece by piece takes half as long again. */
const OUTPUT_BYTES = FRAME_BYTES + 1024
/** A frame, a run or the first bytes of an object shrink when they come below this part of their length. */
const GAINS_BELOW = 0.95
/** After so many bytes it is decided whether an object gains. */
const TRIAL_BYTES = 1024 * 1024

/** Extensions, as keys have them, of types whose bytes are often not compressed already. What is unknown is not tried. */
const GAINING = new Set(
  `tif bmp svg ico hdr tga pnm nef arw dng raf orf rw2 pef dcm
   wav aiff mid au caf
   doc xls ppt ole vsd msg pub wri rtf mpp sqlite mdb
   txt md csv tsv json yaml toml xml html css srt vtt ics vcf eml tex edl c asc
   tar`.split(/\s+/),
)

/** Whether objects of this extension are worth a try. */
export const gainsByPacking = (extension: string): boolean => GAINING.has(extension)

/**
 * Whether the bytes of one object go on being compressed. What did not shrink in the first megabyte is not tried any
 * further; where it did, each run is tried and kept as it was when it did not shrink.
 */
export type Packing = {
  isTrying(): boolean
  /** So many plain bytes became so many. */
  tell(plainBytes: number, packedBytes: number): void
}

export function createPacking(isWorthATry: boolean): Packing {
  let [plain, packed] = [0, 0]
  return {
    isTrying: () => isWorthATry && (plain < TRIAL_BYTES || packed < plain * GAINS_BELOW),
    tell(plainBytes, packedBytes) {
      if (plain >= TRIAL_BYTES) return
      plain += plainBytes
      packed += packedBytes
    },
  }
}

export type PackedFrame = { content: Uint8Array; isPacked: boolean }

/** The frames of a run, each compressed where that makes it shorter; undefined when the run as a whole does not gain. */
export async function packFrames(bytes: Uint8Array, packing: Packing): Promise<PackedFrame[] | undefined> {
  if (!packing.isTrying()) return undefined
  const frames = await Promise.all(
    framesOf(bytes).map(async (plain): Promise<PackedFrame> => {
      const content = await compress(plain, { params: PARAMS, chunkSize: OUTPUT_BYTES })
      return content.length < plain.length * GAINS_BELOW
        ? { content, isPacked: true }
        : { content: plain, isPacked: false }
    }),
  )
  const packedBytes = frames.reduce((sum, { content }) => sum + content.length, 0)
  packing.tell(bytes.length, packedBytes)
  return packedBytes < bytes.length * GAINS_BELOW ? frames : undefined
}

/** undefined: it is not what `plainBytes` bytes were packed into. */
export async function unpackFrame(content: Buffer, plainBytes: number): Promise<Buffer | undefined> {
  const plain = await decompress(content, { maxOutputLength: plainBytes, chunkSize: OUTPUT_BYTES }).catch(
    () => undefined,
  )
  return plain?.length === plainBytes ? plain : undefined
}

export function framesOf(bytes: Uint8Array): Uint8Array[] {
  const frames: Uint8Array[] = []
  for (let at = 0; at < bytes.length; at += FRAME_BYTES) frames.push(bytes.subarray(at, at + FRAME_BYTES))
  return frames
}
