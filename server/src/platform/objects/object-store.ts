import type { Readable } from 'node:stream'
import type { DeliverableKey } from './deliverable.ts'
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
 *  - a driver tries again only what it knows to be harmless to repeat, and not for longer than some seconds.
 *
 * A full disk is told as the problem `storage-full`, a store elsewhere that does not answer as `unavailable`; whatever
 * else goes wrong is a fault.
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
  /**
   * Every object, in no particular order, as they are found: the list is never held in memory. `sizeBytes` is the room
   * that an object takes here, which is another than that of its bytes when it is encrypted or compressed.
   */
  list(): AsyncIterable<{ key: string } & ObjectFacts>
  /** Where programs that must have a file can read the object in place; undefined when the driver keeps no files. */
  localPath(key: string): string | undefined
  /**
   * Whether an object is kept in another place than new ones are: a proxy that knows one folder does not find it there.
   * Absent when there is only one place.
   */
  isElsewhere?(key: string): Promise<boolean>
  readonly staging: Staging
  /** Present when clients may reach the store themselves, by addresses signed for one purpose and a short time. */
  readonly direct?: Direct
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
  /** An upload up to this size that comes in one request is best adopted without a flush before: it is then written once. */
  readonly wholeBytes: number
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
  /** Everything staged, what a crash in the middle of a `put` left behind included; sizes are those of `ObjectStore.list`. */
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
  /**
   * When it resolves, every write that has resolved will survive a loss of power.
   *
   * @param upToBytes  what lies behind this may be left for later, where it would cost more now
   * @throws storage-full
   */
  flush(upToBytes?: number): Promise<void>
  /** Cuts to a size that has been flushed, or to the one it has. */
  truncate(sizeBytes: number): Promise<void>
  close(): Promise<void>
}

/**
 * The way of bytes past this program. Whoever holds an address can do what it is for until it expires, and nothing else;
 * so one is given only to somebody who may do that now.
 */
export interface Direct {
  /**
   * Begins, or goes on with, an upload whose bytes the client brings to the store itself, in parts of one size; only the
   * last may be smaller. Nothing may have been staged under the id by `open`, and afterwards nothing is written by it.
   *
   * @param plan  with its length; the key it gives now is the one that the bytes will have
   */
  begin(id: string, plan: StagingPlan): Promise<DirectParts>
  /**
   * Where one part goes, by PUT: exactly so many bytes, which the signature holds the client to.
   *
   * @param number  from 1
   * @throws ObjectMissing  nothing was begun under the id
   */
  signPart(id: string, number: number, expiresSeconds: number): Promise<SignedPart>
  /**
   * Looks which parts have come and counts those of the right size. When all have, `staging.adopt` makes them an object;
   * before that, `staging.sizeBytes` is what has come without a gap.
   *
   * @throws ObjectMissing  nothing was begun under the id
   */
  collect(id: string): Promise<DirectParts>
  /** Where an object can be fetched from, ranges included. Undefined for an object that the store could not give away as it is. */
  signGet(key: DeliverableKey, answer: SignedAnswer): Promise<string | undefined>
}

/** `received`: the numbers of the parts that are there whole, in order. */
export type DirectParts = { partBytes: number; partCount: number; received: readonly number[]; sizeBytes: number }

export type SignedPart = {
  url: string
  /** What must be sent with it besides what every client sends by itself. */
  headers: Readonly<Record<string, string>>
  sizeBytes: number
}

export type SignedAnswer = {
  expiresSeconds: number
  /** What the answer will say of itself. */
  contentType: string
  contentDisposition: string
  cacheControl?: string
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

/**
 * The bytes that are kept are not those that were put: a check that goes with them says so. So it is also when they were
 * encrypted under a key that is gone.
 */
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
