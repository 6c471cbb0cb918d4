import { fingerprint, type Reading } from '../../../platform/objects/fingerprint.ts'
import { ObjectChanged, ObjectMissing, type ObjectStore } from '../../../platform/objects/object-store.ts'
import { isSame, type Damage } from './rules.ts'

/** A key that nothing has: that the store says so shows that it answers. */
const ABSENT_KEY = 'probe'

/** The store does not answer at all, or holds nothing: no single object is to blame, and none is flagged. */
export class StoreAway extends Error {
  constructor(why: string, cause?: unknown) {
    super(why, { cause })
    this.name = 'StoreAway'
  }
}

type Recorded = { objectKey: string; sha256: Uint8Array | null; sizeBytes: number }
export type Examined = { damage: Damage | undefined; sha256: Buffer | undefined }

/**
 * Reads an object and compares it with what was written down of it.
 *
 * @throws StoreAway
 */
export async function examine(objects: ObjectStore, recorded: Recorded, reading: Reading): Promise<Examined> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const found = await fingerprint(objects, recorded.objectKey, reading)
      return { damage: isSame(found, recorded) ? undefined : 'changed', sha256: found.sha256 }
    } catch (error) {
      reading.signal?.throwIfAborted()
      if (error instanceof ObjectMissing) return { damage: 'missing', sha256: undefined }
      if (error instanceof ObjectChanged) return { damage: 'changed', sha256: undefined }
      await requireAnswer(objects, error)
      // Once more: a disk that coughs is no damage.
      if (attempt === 2) return { damage: 'unreadable', sha256: undefined }
    }
  }
}

async function requireAnswer(objects: ObjectStore, cause: unknown): Promise<void> {
  try {
    await objects.head(ABSENT_KEY)
  } catch {
    throw new StoreAway('The store does not answer, so nothing is said about what is in it.', cause)
  }
}

/**
 * Before anything is called missing: a store that holds nothing at all is not mounted, or not the right one.
 *
 * @throws StoreAway
 */
export async function requireSomething(objects: ObjectStore): Promise<void> {
  for await (const _any of objects.list()) return
  throw new StoreAway('The store is empty although there should be files in it: is it mounted, and the right one?')
}
