import { TextDecoder } from 'node:util'
import { openPromise, type Entry, type ZipFile } from 'yauzl'
import { Undecodable } from '../undecodable.ts'

/** A workbook of ten thousand sheets is none that anybody made. */
const MOST_ENTRIES = 20_000
/** Unpacked, of all that is read: the pictures of a document are not. */
const MOST_BYTES = 256 * 1024 ** 2
/** XML packs to a fiftieth at best; beyond this, once it is large, it was made to be so. */
const MOST_RATIO = 200
const LARGE_BYTES = 16 * 1024 ** 2

/** A ZIP of XML, as office programs write it. */
export type Package = {
  readonly names: ReadonlySet<string>
  /** Streams the text of a member; one that is not there has none. Ends early when `write` answers false. */
  read(name: string, write: (text: string) => boolean): Promise<void>
  close(): void
}

/**
 * Opens a package. Members are found by its directory and streamed: nothing is written anywhere, and names are names.
 *
 * @throws Undecodable  it is no package, is locked, or was made to burst
 */
export async function openPackage(path: string): Promise<Package> {
  const zip = await openPromise(path, { lazyEntries: true, autoClose: false, strictFileNames: false }).catch(damaged)
  const entries = await readDirectory(zip).catch((error: unknown) => {
    zip.close()
    return damaged(error)
  })
  let unpacked = 0
  return {
    names: new Set(entries.keys()),
    async read(name, write) {
      const entry = entries.get(name)
      if (entry === undefined) return
      if (entry.isEncrypted()) throw new Undecodable('The document is protected by a password.')
      const decoder = decoderOf()
      let own = 0
      const stream = await zip.openReadStreamPromise(entry).catch(damaged)
      try {
        for await (const bytes of stream as AsyncIterable<Buffer>) {
          own += bytes.length
          unpacked += bytes.length
          if (own > LARGE_BYTES && own > entry.compressedSize * MOST_RATIO)
            throw new Undecodable('It unpacks to far more than a document holds.')
          if (unpacked > MOST_BYTES || !write(decoder(bytes))) return
        }
      } catch (error) {
        damaged(error)
      } finally {
        stream.destroy()
      }
    },
    close: () => zip.close(),
  }
}

async function readDirectory(zip: ZipFile): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>()
  for await (const entry of zip.eachEntry()) {
    if (entries.size >= MOST_ENTRIES) throw new Undecodable(`It has more than ${MOST_ENTRIES} parts.`)
    // The first of a name counts, as in office programs.
    if (!entries.has(entry.fileName)) entries.set(entry.fileName, entry)
  }
  return entries
}

/** UTF-8 unless the first bytes say UTF-16: XML knows no others that are in use. */
function decoderOf(): (bytes: Uint8Array) => string {
  let decoder: TextDecoder | undefined
  return (bytes) => {
    decoder ??= new TextDecoder(
      bytes[0] === 0xff && bytes[1] === 0xfe
        ? 'utf-16le'
        : bytes[0] === 0xfe && bytes[1] === 0xff
          ? 'utf-16be'
          : 'utf-8',
    )
    return decoder.decode(bytes, { stream: true })
  }
}

function damaged(error: unknown): never {
  if (error instanceof Undecodable) throw error
  throw new Undecodable('The document cannot be opened: it is damaged or incomplete.', error)
}
