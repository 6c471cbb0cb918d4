import { existsSync } from 'node:fs'
import {
  ObjectExists,
  ObjectMissing,
  type Direct,
  type ObjectFacts,
  type ObjectStore,
  type Staging,
} from './object-store.ts'

/** The stores that one is made of. What moves bytes between them needs each by itself; everybody else sees one store. */
export type Layers = {
  /** Where new objects go, and what is read first. */
  readonly hot: ObjectStore
  /** Where originals go that nobody fetches. */
  readonly cold: ObjectStore | undefined
  /** What `hot` takes the place of, as long as not everything has been brought over. */
  readonly old: ObjectStore | undefined
}

/**
 * Several stores as one. New objects go to the hot one; an object is read wherever it is.
 *
 * Objects move between the stores while they are read. Whoever moves one writes the copy before the original goes, so
 * it is in one of them at any time; a reader that asked each of them in turn and was overtaken asks once more.
 *
 * An object that is just being moved may be listed twice. Keys are random and never used again, so `put` does not ask
 * the other stores whether they have one.
 */
export function layered({ hot, cold, old }: Layers): ObjectStore {
  const others = [cold, old].filter((store) => store !== undefined)
  const stores = [hot, ...others]
  if (others.length === 0) return hot

  async function find(key: string): Promise<ObjectFacts | undefined> {
    for (const store of [...stores, ...stores]) {
      const found = await store.head(key)
      if (found !== undefined) return found
    }
    return undefined
  }

  return {
    newKey: (about) => hot.newKey(about),
    put: (key, body, owner) => hot.put(key, body, owner),

    async get(key, range) {
      for (const store of [...stores, ...stores]) {
        try {
          return await store.get(key, range)
        } catch (error) {
          if (!(error instanceof ObjectMissing)) throw error
        }
      }
      throw new ObjectMissing(key)
    },

    head: find,

    async delete(keys) {
      for (const store of stores) await store.delete(keys)
    },

    async *list() {
      for (const store of stores) yield* store.list()
    },

    localPath(key) {
      const paths = stores.map((store) => store.localPath(key)).filter((path) => path !== undefined)
      // What is nowhere is told by whoever opens it; what is only in a store without files must be fetched.
      return paths.find((path) => existsSync(path)) ?? (paths.length === stores.length ? paths[0] : undefined)
    },

    isElsewhere: async (key) => (await hot.head(key)) === undefined,
    ...(hot.direct && { direct: directly(hot, hot.direct, old) }),
    staging: old === undefined ? hot.staging : twoStagings(hot.staging, old.staging),

    async close() {
      for (const store of stores) await store.close()
    },
  }
}

/** Addresses are given to what the hot store has; parts go on to the store where they were begun. */
function directly(hot: ObjectStore, direct: Direct, old: ObjectStore | undefined): Direct {
  async function placeOf(id: string): Promise<Direct> {
    if (old?.direct === undefined || (await hot.staging.sizeBytes(id)) !== undefined) return direct
    return (await old.staging.sizeBytes(id)) === undefined ? direct : old.direct
  }
  return {
    begin: async (id, plan) => (await placeOf(id)).begin(id, plan),
    signPart: async (id, ...asked) => (await placeOf(id)).signPart(id, ...asked),
    collect: async (id) => (await placeOf(id)).collect(id),
    signGet: async (key, answer) => ((await hot.head(key)) === undefined ? undefined : direct.signGet(key, answer)),
  }
}

/**
 * Uploads that were begun in the old store go on there and become objects of it, which are brought over like the rest;
 * new ones are staged in the new store.
 */
function twoStagings(hot: Staging, old: Staging): Staging {
  const placeOf = async (id: string): Promise<Staging> =>
    (await hot.sizeBytes(id)) === undefined && (await old.sizeBytes(id)) !== undefined ? old : hot

  return {
    readsBack: hot.readsBack && old.readsBack,
    wholeBytes: Math.min(hot.wholeBytes, old.wholeBytes),
    open: async (id, plan) => (await placeOf(id)).open(id, plan),
    sizeBytes: async (id) => (await hot.sizeBytes(id)) ?? old.sizeBytes(id),

    async adopt(id, key) {
      const place = await placeOf(id)
      try {
        return await place.adopt(id, key)
      } catch (error) {
        // Nothing staged anywhere: an attempt before a crash may have made the object, in the old store.
        if (place === old || error instanceof ObjectExists || !(error instanceof ObjectMissing)) throw error
        return old.adopt(id, key)
      }
    },

    async remove(id) {
      await hot.remove(id)
      await old.remove(id)
    },

    async *list() {
      yield* hot.list()
      yield* old.list()
    },
  }
}
