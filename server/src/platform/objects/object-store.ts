import type { Readable } from 'node:stream'
import type { ObjectFamily, ObjectRole } from './object-key.ts'

/**
 * Bytes by key: the only way this program touches object storage.
 *
 * Every driver is held to the same rules by `object-store.suite.ts`:
 *  - an object is immutable: `put` and `adopt` to a key that exists reject with `ObjectExists`;
 *  - an object is whole or absent: `get`, `head` and `list` never show one that is still being written;
 *  - an object is durable when `put` or `adopt` resolves: bytes, name and every new folder above it are flushed;
 *  - `get`, `head` and `list` see an object as soon as `put` or `adopt` resolves;
 *  - `delete` of a key that does not exist succeeds, and a reader that has begun reads on to the end;
 *  - no method retries: the caller knows whether trying again is right.
 *
 * A full disk is told as the problem `storage-full`; whatever else goes wrong is a fault.
 *
 * Keys are made by the program, never from anything a person wrote: segments of `[a-z0-9-]` with an optional
 * extension on the last, separated by `/`. Anything else is a programming error and rejects.
 */
export interface ObjectStore {
  /** A new random key for an object that this store is to keep; how it will be kept may be told by it. */
  newKey(about: KeyAbout): string
  /** @throws ObjectExists, storage-full */
  put(key: string, body: AsyncIterable<Uint8Array>, owner: ObjectOwner): Promise<ObjectFacts>
  /**
   * The bytes in pieces of up to 1 MiB. Resolves once the object is open, so that a missing one is known before a response begins.
   * Whoever asks must read the stream to its end or destroy it.
   *
   * @throws ObjectMissing
   */
  get(key: string, range?: ByteRange): Promise<Readable>
  head(key: string): Promise<ObjectFacts | undefined>
  delete(keys: readonly string[]): Promise<void>
  /** Every object, in no particular order, as they are found: the list is never held in memory. */
  list(): AsyncIterable<{ key: string } & ObjectFacts>
  /** Where programs that must have a file can read the object in place; undefined when the driver keeps no files. */
  localPath(key: string): string | undefined
  readonly staging: Staging
  /** Lets connections go. What is under way may fail. */
  close(): Promise<void>
}

/** @see newObjectKey for what the words mean */
export type KeyAbout = {
  family: ObjectFamily
  role: ObjectRole
  extension: string
  /** The key that this one takes the place of: what has been staged for that one must fit this one too. */
  insteadOf?: string | null
}

/** Whose bytes they are: each organization's can be kept under a key of its own. */
export type ObjectOwner = { organizationId: string }

/** What is known of bytes while they arrive. */
export type StagingPlan = ObjectOwner & {
  /** undefined: not known yet. */
  lengthBytes: number | undefined
  /** The key that they will have, as far as is known: asked anew each time, because the first bytes may change it. */
  key(): string
}

/** Bytes on their way to becoming an object. They are kept by the store itself, so that finishing moves nothing. */
export interface Staging {
  /** Whether `read` of staged bytes finds all of them; otherwise only those that were written last. */
  readonly readsBack: boolean
  /** Opens what has been staged under the id, or begins it empty. One writer at a time: the caller sees to that. */
  open(id: string, plan: StagingPlan): Promise<StagedBytes>
  /** Bytes staged under the id; undefined when there are none. */
  sizeBytes(id: string): Promise<number | undefined>
  /**
   * Turns staged bytes into an object: flush the file, rename it, flush the folder and those newly made above it.
   * Idempotent after a crash between the steps: when nothing is staged and the object is there, it is only made durable.
   *
   * @throws ObjectExists   something is staged and the key is taken; nothing was changed
   * @throws ObjectMissing  neither is there
   */
  adopt(id: string, key: string): Promise<ObjectFacts>
  /** Succeeds when there was nothing. */
  remove(id: string): Promise<void>
  /** Everything staged, what a crash in the middle of a `put` left behind included. */
  list(): AsyncIterable<{ id: string; sizeBytes: number; modifiedAt: Date }>
}

export interface StagedBytes {
  /** At the time of opening. */
  readonly sizeBytes: number
  /**
   * Writes all of it, behind what there is. Several may be under way together, begun in the order of their positions;
   * the memory is the caller's again when it resolves.
   *
   * @throws storage-full
   */
  write(bytes: Uint8Array, position: number): Promise<void>
  /** Reads into `bytes` as far as there is something; how many bytes there were. */
  read(bytes: Uint8Array, position: number): Promise<number>
  /** When it resolves, every write that has resolved will survive a loss of power. @throws storage-full */
  flush(): Promise<void>
  truncate(sizeBytes: number): Promise<void>
  close(): Promise<void>
}

export type ObjectFacts = { sizeBytes: number; modifiedAt: Date }

/** Inclusive at both ends, zero-based, as in RFC 9110 §14.1.2. */
export type ByteRange = { first: number; last: number }

export class ObjectMissing extends Error {
  constructor(key: string) {
    super(`There is no object ${key}.`)
    this.name = 'ObjectMissing'
  }
}

/** The bytes that are kept are not those that were put: a check that goes with them says so. */
export class ObjectChanged extends Error {
  constructor(key: string, options?: ErrorOptions) {
    super(`The object ${key} is not what it was.`, options)
    this.name = 'ObjectChanged'
  }
}

export class ObjectExists extends Error {
  constructor(key: string) {
    super(`There is an object ${key} already.`)
    this.name = 'ObjectExists'
  }
}
