import type { MediaFacts } from '@trove/contract/media-facts'
import { open, type FileHandle } from 'node:fs/promises'
import { readHeif, type Codes, type HeifFacts } from './heif-boxes.ts'
import { gatherBlocks, readAt, readDirectory } from './ifd.ts'
import type { Blocks } from './metadata.ts'

/** What is looked for where a picture begins, because libvips says nothing of it. */
export type Opening = {
  facts: MediaFacts
  codes: Codes | undefined
  /** Of a HEIC or AVIF: the colour profile of the picture itself. */
  profile?: Buffer
  /** Something at its edges is not shown. */
  isCut?: boolean
  /** It is put together of tiles. */
  isTiled?: boolean
  blocks: () => Promise<Blocks>
}

const HEAD_BYTES = 256 * 1024
const NOTHING: Opening = { facts: {}, codes: undefined, blocks: () => Promise.resolve({}) }

/** Reads the beginning of a file. A GIF or WebP says all that there is to libvips, and is not read again. */
export async function openingOf(path: string, mediaType: string): Promise<Opening> {
  if (mediaType === 'image/tiff') return { ...NOTHING, blocks: () => withFile(path, blocksOfTiff) }
  if (mediaType === 'image/jpeg') return { ...NOTHING, facts: gainMapIn(await headOf(path)) }
  if (mediaType !== 'image/png' && mediaType !== 'image/avif' && mediaType !== 'image/heic') return NOTHING
  if (mediaType !== 'image/png') return { ...NOTHING, ...(await withFile(path, openingOfBoxes)) }
  return { ...NOTHING, ...openingOfPng(await headOf(path)) }
}

const headOf = (path: string): Promise<Buffer> => withFile(path, (file) => readAt(file, 0, HEAD_BYTES))

/** Said by the segments of the picture itself; the map is another JPEG behind it (ISO 21496-1 annex C; Adobe's specification). */
const GAIN_MAP_BEHIND = ['urn:iso:std:iso:ts:21496:-1\0', 'http://ns.adobe.com/hdr-gain-map/1.0/']

const gainMapIn = (head: Buffer): MediaFacts =>
  GAIN_MAP_BEHIND.some((name) => head.includes(name, 0, 'latin1')) ? { hasGainMap: true } : {}

async function withFile<T>(path: string, work: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path, 'r')
  try {
    return await work(file)
  } finally {
    await file.close()
  }
}

/** What a TIFF says of itself stands wherever its writer left it; libvips passes on no more than the colour profile. */
async function blocksOfTiff(file: FileHandle): Promise<Blocks> {
  const head = await readAt(file, 0, 8)
  const isLittle = head[0] === 0x49
  const version = isLittle ? head.readUInt16LE(2) : head.readUInt16BE(2)
  // Of a file of more than 4 GiB, which is written otherwise, nothing is read.
  if (version !== 42) return {}
  const directories = { file, isLittle }
  return gatherBlocks(
    directories,
    await readDirectory(directories, isLittle ? head.readUInt32LE(4) : head.readUInt32BE(4)),
  )
}

const MOST_CHUNKS = 200

/** W3C PNG §11.3.2.6 and §11.3.4: what the colours mean, and whether it moves. */
function openingOfPng(head: Buffer): Pick<Opening, 'facts' | 'codes'> {
  let codes: Codes | undefined
  let isAnimated = false
  for (let at = 8, n = 0; at + 12 <= head.length && n < MOST_CHUNKS; n++) {
    const [length, type] = [head.readUInt32BE(at), head.toString('latin1', at + 4, at + 8)]
    if (type === 'IDAT') break
    if (type === 'acTL') isAnimated = true
    if (type === 'cICP') codes = { primaries: head.readUInt8(at + 8), transfer: head.readUInt8(at + 9) }
    at += length + 12
  }
  return { facts: isAnimated ? { isAnimated } : {}, codes }
}

/** Auxiliary pictures by the names that ISO/IEC 23008-12 and Apple gave them. */
const DEPTH = ['urn:mpeg:hevc:2015:auxid:2', 'urn:mpeg:mpegB:cicp:systems:auxiliary:depth']
const GAIN_MAP = ['urn:com:apple:photo:2020:aux:hdrgainmap', 'urn:iso:std:iso:ts:21496']

async function openingOfBoxes(file: FileHandle): Promise<Omit<Opening, 'blocks'>> {
  const brand = (await readAt(file, 8, 4)).toString('latin1')
  const { codes, profile, auxiliary, isToneMapped, isCut, isTiled } = (await readHeif(file)) ?? NOTHING_SAID
  const has = (names: readonly string[]) => auxiliary.some((each) => names.some((name) => each.startsWith(name)))
  return {
    facts: {
      ...(has(DEPTH) && { hasDepth: true }),
      ...((has(GAIN_MAP) || isToneMapped) && { hasGainMap: true }),
      ...(brand === 'avis' && { isAnimated: true }),
    },
    codes,
    isCut,
    isTiled,
    ...(profile && { profile }),
  }
}

const NOTHING_SAID: HeifFacts = { auxiliary: [], isToneMapped: false, isCut: true, isTiled: false }
