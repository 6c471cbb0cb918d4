import { open, stat, type FileHandle } from 'node:fs/promises'

/** Where the pieces of a fragmented MP4 lie: `headBytes` of head, then the fragments one after the other. */
export type Fragments = {
  headBytes: number
  /** From the beginning of the file to the first fragment: the head and the index. */
  firstAt: number
  /** Bytes and milliseconds of each. */
  fragments: [bytes: number, ms: number][]
}

type Box = { type: string; at: number; bytes: number }

/** Reads what was just written. @throws when it is not such a file */
export async function readFragments(path: string): Promise<Fragments> {
  const { size } = await stat(path)
  const file = await open(path)
  try {
    const boxes = await boxesOf(file, size)
    const head = boxes.find(({ type }) => type === 'moov')
    const index = boxes.find(({ type }) => type === 'sidx')
    const firstAt = boxes.find(({ type }) => type === 'moof')?.at
    if (head === undefined || index === undefined || firstAt === undefined)
      throw new Error('the proxy has no fragments')
    const bytes = Buffer.alloc(index.bytes)
    await file.read(bytes, 0, index.bytes, index.at)
    return { headBytes: head.at + head.bytes, firstAt, fragments: readIndex(bytes) }
  } finally {
    await file.close()
  }
}

async function boxesOf(file: FileHandle, size: number): Promise<Box[]> {
  const boxes: Box[] = []
  const head = Buffer.alloc(16)
  for (let at = 0; at + 8 <= size;) {
    await file.read(head, 0, 16, at)
    const short = head.readUInt32BE(0)
    const bytes = short === 1 ? Number(head.readBigUInt64BE(8)) : short === 0 ? size - at : short
    if (bytes < 8) throw new Error('the proxy holds a box of no length')
    boxes.push({ type: head.toString('latin1', 4, 8), at, bytes })
    at += bytes
  }
  return boxes
}

/** A segment index (ISO/IEC 14496-12 §8.16.3): size and duration of each fragment. */
function readIndex(box: Buffer): Fragments['fragments'] {
  const version = box.readUInt8(8)
  const timescale = box.readUInt32BE(16)
  const countAt = (version === 0 ? 28 : 36) + 2
  const count = box.readUInt16BE(countAt)
  return Array.from({ length: count }, (_, i) => {
    const at = countAt + 2 + i * 12
    const ms = (box.readUInt32BE(at + 4) * 1000) / timescale
    return [box.readUInt32BE(at) & 0x7fff_ffff, Math.round(ms * 1000) / 1000]
  })
}
