import { Readable } from 'node:stream'
import { crc32 } from 'node:zlib'
import type { Source } from '../../../platform/http/bytes.ts'
import type { ByteRange, ObjectStore } from '../../../platform/objects/index.ts'
import type { Entry, Layout, Section } from './layout.ts'

const MOST_REMEMBERED = 100_000
/** Objects never change, so their checksums do not either. */
const known = new Map<string, number>()

/**
 * The bytes of a ZIP, or of a range of it, as they are asked for. Nothing is held but one piece of one file; whoever
 * leaves has the file closed. What comes before a range is not read, unless a checksum in the range is of it.
 */
export const zipSource =
  (objects: ObjectStore, layout: Layout): Source =>
  (range) =>
    Promise.resolve(Readable.from(write(objects, layout, range), { highWaterMark: 1 }))

async function* write(objects: ObjectStore, layout: Layout, range: ByteRange | undefined): AsyncGenerator<Uint8Array> {
  const { first, last } = range ?? { first: 0, last: layout.sizeBytes - 1 }
  let at = 0
  for (const section of layout.sections) {
    const start = Math.max(first - at, 0)
    const end = Math.min(last + 1 - at, section.length)
    at += section.length
    if (start >= end) continue
    if (section.kind === 'content') yield* content(objects, section, { first: start, last: end - 1 })
    else yield (await bytesOf(objects, layout, section)).subarray(start, end)
  }
}

async function bytesOf(
  objects: ObjectStore,
  layout: Layout,
  section: Exclude<Section, { kind: 'content' }>,
): Promise<Buffer> {
  if (section.kind === 'bytes') return section.bytes
  if (section.kind === 'descriptor') return layout.descriptorOf(section.entry, await crcOf(objects, section.entry))
  const crcs: number[] = []
  for (const entry of layout.entries) crcs.push(await crcOf(objects, entry))
  return layout.directoryOf(crcs)
}

/** Bytes of a file; its checksum is learned in passing when all of them pass. */
async function* content(
  objects: ObjectStore,
  { entry, objectKey }: Extract<Section, { kind: 'content' }>,
  range: ByteRange,
): AsyncGenerator<Uint8Array> {
  const isWhole = range.first === 0 && range.last === entry.sizeBytes - 1
  let crc = 0
  for await (const chunk of await objects.get(objectKey, isWhole ? undefined : range)) {
    const bytes = chunk as Uint8Array
    // Before it is handed on: its memory may be freed as soon as it is sent.
    if (isWhole) crc = crc32(bytes, crc)
    yield bytes
  }
  if (isWhole) remember(objectKey, crc)
}

async function crcOf(objects: ObjectStore, entry: Entry): Promise<number> {
  if ('bytes' in entry.content) return crc32(entry.content.bytes)
  const { objectKey } = entry.content
  const remembered = known.get(objectKey)
  if (remembered !== undefined) return remembered
  if (entry.sizeBytes === 0) return 0
  let crc = 0
  for await (const chunk of await objects.get(objectKey)) crc = crc32(chunk as Uint8Array, crc)
  remember(objectKey, crc)
  return crc
}

function remember(objectKey: string, crc: number): void {
  if (known.size >= MOST_REMEMBERED) known.clear()
  known.set(objectKey, crc)
}
