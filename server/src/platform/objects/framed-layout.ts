import { createSealer, isSameProof, type Sealer } from './framed-cipher.ts'
import { FOOTER_BYTES, HEADER_BYTES, readFooter, RECORD_BYTES, type Footer, type Header } from './framed-format.ts'
import { decodeRunTable, type RunTable } from './framed-table.ts'
import type { KeyRing } from './key-ring.ts'
import { isSealedKey } from './object-key.ts'
import { ObjectChanged, ObjectMissing, type ObjectStore } from './object-store.ts'

/** What its footer and index say of an object. It never changes, because objects never do. */
export type Layout = { header: Header; table: RunTable; plainBytes: number; storedBytes: number; modifiedAt: Date }

/** An object that can be read. `tail` is there when all its bytes were read on the way. */
export type Opened = { layout: Layout; sealer: Sealer; whole?: Buffer }

export type Layouts = {
  /** Proves footer and index with the organization's key. @throws ObjectMissing, ObjectChanged */
  open(key: string): Promise<Opened>
  forget(keys: readonly string[]): void
}

/** Read from the end of an object at first: footer, index, and for a small object everything. */
const TAIL_BYTES = 64 * 1024
const MOST_LAYOUTS = 20_000
const MOST_BYTES = 32 * 1024 * 1024

export function createLayouts(inner: ObjectStore, keys: KeyRing): Layouts {
  const known = new Map<string, Layout>()
  let bytes = 0

  const forget = (key: string) => {
    bytes -= known.get(key)?.table.memoryBytes() ?? 0
    known.delete(key)
  }
  const remember = (key: string, layout: Layout) => {
    forget(key)
    known.set(key, layout)
    bytes += layout.table.memoryBytes()
    for (const oldest of known.keys()) {
      if (known.size <= MOST_LAYOUTS && bytes <= MOST_BYTES) return
      forget(oldest)
    }
  }

  return {
    forget: (gone) => gone.forEach(forget),

    async open(key) {
      const found = known.get(key)
      if (found !== undefined) {
        remember(key, found)
        return { layout: found, sealer: await sealerOf(keys, key, found.header) }
      }
      const opened = await load(inner, keys, key)
      remember(key, opened.layout)
      return opened
    },
  }
}

async function load(inner: ObjectStore, keys: KeyRing, key: string): Promise<Opened> {
  const facts = await inner.head(key)
  if (facts === undefined) throw new ObjectMissing(key)
  const { sizeBytes: storedBytes, modifiedAt } = facts
  const damaged = () => changed(key, 'its end is not what was written')
  if (storedBytes < HEADER_BYTES + RECORD_BYTES + FOOTER_BYTES) throw damaged()
  const read = async (from: number) => {
    const chunks: Uint8Array[] = []
    for await (const chunk of await inner.get(key, { first: from, last: storedBytes - 1 })) chunks.push(chunk as Buffer)
    return Buffer.concat(chunks)
  }

  const tail = await read(Math.max(0, storedBytes - TAIL_BYTES))
  const footer = readFooter(tail.subarray(-FOOTER_BYTES))
  if (footer === undefined || footer.indexBytes > storedBytes) throw damaged()
  const sealer = await sealerOf(keys, key, footer.header)
  const endBytes = footer.indexBytes + FOOTER_BYTES
  const end = endBytes <= tail.length ? tail.subarray(tail.length - endBytes) : await read(storedBytes - endBytes)
  const table = provenTable(key, footer, end.subarray(0, footer.indexBytes), sealer)
  if (table?.storedEnd() !== storedBytes - RECORD_BYTES - endBytes) throw damaged()
  const layout = { header: footer.header, table, plainBytes: footer.plainBytes, storedBytes, modifiedAt }
  return { layout, sealer, ...(tail.length === storedBytes && { whole: tail }) }
}

function provenTable(key: string, footer: Footer, index: Buffer, sealer: Sealer): RunTable | undefined {
  if (!isSameProof(sealer.prove(key, [index, footer.proved]), footer.proof)) return undefined
  const table = decodeRunTable(index)
  return table?.plainBytes() === footer.plainBytes ? table : undefined
}

export async function sealerOf(keys: KeyRing, key: string, header: Header): Promise<Sealer> {
  if (header.cipher === 'none') {
    if (isSealedKey(key)) throw changed(key, 'it says that it is not encrypted, and must be')
    return createSealer(header, undefined)
  }
  const organizationKey = await keys.forReading(header.organizationId)
  if (organizationKey === undefined) throw changed(key, 'the key of its organization is gone')
  return createSealer(header, organizationKey)
}

/** What a read fails with; the reason is for whoever looks into it. */
export const changed = (key: string, reason: string): ObjectChanged =>
  new ObjectChanged(key, { cause: new Error(reason) })
