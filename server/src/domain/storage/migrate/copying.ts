import { createHash } from 'node:crypto'
import { fingerprint, paced, type Fingerprint, type Reading } from '../../../platform/objects/fingerprint.ts'
import {
  ObjectExists,
  ObjectMissing,
  type ObjectOwner,
  type ObjectStore,
} from '../../../platform/objects/object-store.ts'

export type Copied =
  /** It is in both, byte for byte: the copy was read back. */
  | { outcome: 'copied' }
  /** It was deleted while it was copied. */
  | { outcome: 'gone' }
  /** The bytes at the source are not the ones that were uploaded: no copy was made of them. */
  | { outcome: 'damaged' }
  /** The target has other bytes under this key, and nobody can tell that they are the wrong ones. */
  | { outcome: 'differs' }

type Plain = { sha256: Uint8Array; sizeBytes: number }

/**
 * Copies an object as it is kept, and reads the copy back. Killed at any line and run again it comes to the same: a copy
 * is whole or absent, and one that is there already is compared.
 *
 * @param plain  what the bytes were when they were uploaded, for objects that are kept as they came
 */
export async function copyObject(
  from: ObjectStore,
  to: ObjectStore,
  object: { key: string; owner: ObjectOwner; plain: Plain | undefined },
  reading: Reading = {},
): Promise<Copied> {
  const { key, owner, plain } = object
  const written = await write(from, to, key, owner, reading)
  if (written === undefined) return { outcome: 'gone' }
  const source = written === 'there already' ? await read(from, key, reading) : written
  if (source === undefined) return { outcome: 'gone' }
  const isSound = plain === undefined || isSame(source, plain)
  if (!isSound) {
    if (written !== 'there already') await to.delete([key])
    return { outcome: 'damaged' }
  }
  const copy = await read(to, key, { ...reading, onBytes: undefined })
  if (copy !== undefined && isSame(copy, source)) return { outcome: 'copied' }
  // What was uploaded is what the source has, so the copy is the wrong one, and can be made again.
  if (copy !== undefined && (plain !== undefined || written !== 'there already')) await to.delete([key])
  return { outcome: 'differs' }
}

const isSame = (one: Plain, other: Plain): boolean =>
  one.sizeBytes === other.sizeBytes && Buffer.compare(one.sha256, other.sha256) === 0

async function read(store: ObjectStore, key: string, reading: Reading): Promise<Fingerprint | undefined> {
  try {
    return await fingerprint(store, key, reading)
  } catch (error) {
    if (error instanceof ObjectMissing) return undefined
    throw error
  }
}

/** What was read while it was written; undefined: there is nothing (any more) to copy. */
async function write(
  from: ObjectStore,
  to: ObjectStore,
  key: string,
  owner: ObjectOwner,
  reading: Reading,
): Promise<Fingerprint | 'there already' | undefined> {
  if ((await to.head(key)) !== undefined) return 'there already'
  const hash = createHash('sha256')
  let sizeBytes = 0
  async function* passing(body: AsyncIterable<Uint8Array>) {
    for await (const chunk of paced(body, reading)) {
      hash.update(chunk)
      sizeBytes += chunk.length
      yield chunk
    }
  }
  try {
    const body = await from.get(key)
    try {
      await to.put(key, passing(body as AsyncIterable<Uint8Array>), owner)
    } finally {
      body.destroy()
    }
    return { sha256: hash.digest(), sizeBytes }
  } catch (error) {
    if (error instanceof ObjectMissing) return undefined
    if (error instanceof ObjectExists) return 'there already'
    throw error
  }
}
