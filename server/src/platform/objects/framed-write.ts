import { randomBytes } from 'node:crypto'
import { createSealer, type Sealer } from './framed-cipher.ts'
import { encodeRuns, type Encoding } from './framed-encode.ts'
import {
  RECORD_BYTES,
  RUN_BYTES,
  SALT_BYTES,
  writeFooter,
  writeHeader,
  writeRecord,
  type Header,
} from './framed-format.ts'
import { createRunTable, type RunTable } from './framed-table.ts'
import type { KeyRing } from './key-ring.ts'
import { isSealedKey } from './object-key.ts'

/** The header of a new object, and what seals its frames. A key that says so is for an encrypted one, also when that was switched off since. */
export async function beginObject(
  keys: KeyRing,
  organizationId: string,
  key: string,
): Promise<{ header: Header; sealer: Sealer }> {
  const isSealed = keys.isOn || isSealedKey(key)
  const cipher = isSealed ? 'aes-256-gcm' : 'none'
  const header = writeHeader(cipher, organizationId, randomBytes(SALT_BYTES))
  return { header, sealer: createSealer(header, isSealed ? await keys.forWriting(organizationId) : undefined) }
}

/** What comes behind the last run: the index, and the footer with the proof that both belong to the object of this key. */
export function endingOf(key: string, { header, table, sealer }: { header: Header; table: RunTable; sealer: Sealer }) {
  const index = table.encode()
  const record = Buffer.alloc(RECORD_BYTES)
  writeRecord(record, 0, { kind: 'index', plainBytes: 0, storedBytes: index.length })
  const footer = writeFooter(header, table.plainBytes(), index.length)
  return Buffer.concat([record, index, footer, sealer.prove(key, [index, footer])])
}

/** A whole object as it goes to the store. */
export async function* framedBody(
  key: string,
  body: AsyncIterable<Uint8Array>,
  { header, sealer, packing }: Encoding & { header: Header },
): AsyncGenerator<Uint8Array> {
  const table = createRunTable()
  const begin = header.bytes
  yield begin
  for await (const run of inRuns(body)) {
    // Its memory is not given back: whoever writes it may hold it for longer than until the next is asked for.
    const { bytes, runs } = await encodeRuns(run, table.plainBytes(), { sealer, packing })
    for (const each of runs) table.push(each)
    yield bytes
  }
  yield endingOf(key, { header, table, sealer })
}

/** Pieces of whatever length, as runs that are full but for the last. */
async function* inRuns(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of body) {
    let rest = piece
    while (length + rest.length >= RUN_BYTES) {
      const taken = RUN_BYTES - length
      yield Buffer.concat([...pieces, rest.subarray(0, taken)])
      rest = rest.subarray(taken)
      pieces = []
      length = 0
    }
    // What brought them may use their memory again.
    if (rest.length > 0) pieces.push(Buffer.from(rest))
    length += rest.length
  }
  if (length > 0) yield Buffer.concat(pieces)
}
