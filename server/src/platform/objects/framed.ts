import { createLayouts } from './framed-layout.ts'
import { createPacking, gainsByPacking } from './framed-packing.ts'
import { readFramed } from './framed-read.ts'
import { createFramedStaging } from './framed-staging.ts'
import { beginObject, framedBody } from './framed-write.ts'
import type { KeyRing } from './key-ring.ts'
import { extensionOf, framedKey, isFramedKey, isSealedKey } from './object-key.ts'
import { ObjectMissing, type Direct, type ObjectStore } from './object-store.ts'

/**
 * Any store, with what is new in it encrypted, compressed, or both; readers see plain bytes, in ranges too.
 *
 * Configuration. `keys` gives each organization's key and says whether new objects are encrypted. `packs` says whether
 * types that gain by it are compressed.
 *
 * Implementation. Whether an object is framed is told by its key alone: the uuid in it is of version 8, not 4. So what
 * somebody uploads can never be taken for a frame, and what was there before is read as it is. The key also says that
 * an object is encrypted: one in its place that is not, whoever put it there, is a fault. `framed-format.ts` says
 * how a framed object lies in the store. Each frame is proved by itself, so a range costs the frames it touches; the
 * footer proves how long the object is, which header it has and under which key of the store it is kept.
 *
 * Considerations. A framed object that was changed, cut, or put in the place of another is a fault while it is read:
 * the bytes end before the first wrong one. Its file cannot be used in place, and no address can be given to it.
 */
export function framed(inner: ObjectStore, { keys, packs }: { keys: KeyRing; packs: boolean }): ObjectStore {
  const layouts = createLayouts(inner, keys)
  const plainBytesOf = async (key: string) => (await layouts.open(key)).layout.plainBytes
  const isWorthPacking = (key: string) => packs && gainsByPacking(extensionOf(key))

  return {
    ...inner,

    newKey(about) {
      const key = inner.newKey(about)
      const { insteadOf } = about
      const isNewFramed = keys.isOn || isWorthPacking(key)
      if (!(insteadOf ? isFramedKey(insteadOf) : isNewFramed)) return key
      return framedKey(key, insteadOf ? isSealedKey(insteadOf) : keys.isOn)
    },

    async put(key, body, owner) {
      if (!isFramedKey(key)) return inner.put(key, body, owner)
      const begun = await beginObject(keys, owner.organizationId, key)
      let plainBytes = 0
      async function* counted() {
        for await (const bytes of body) {
          plainBytes += bytes.length
          yield bytes
        }
      }
      const encoding = { ...begun, packing: createPacking(isWorthPacking(key)) }
      const facts = await inner.put(key, framedBody(key, counted(), encoding), owner)
      return { ...facts, sizeBytes: plainBytes }
    },

    get: (key, range) => (isFramedKey(key) ? readFramed(inner, layouts, key, range) : inner.get(key, range)),

    async head(key) {
      const facts = await inner.head(key)
      if (facts === undefined || !isFramedKey(key)) return facts
      const sizeBytes = await plainBytesOf(key).catch(unlessGone)
      return sizeBytes === undefined ? undefined : { ...facts, sizeBytes }
    },

    async delete(keys) {
      layouts.forget(keys)
      await inner.delete(keys)
    },

    localPath: (key) => (isFramedKey(key) ? undefined : inner.localPath(key)),
    ...(inner.direct && { direct: onlyPlain(inner.direct) }),
    staging: createFramedStaging(inner, { keys, isWorthPacking, plainBytesOf }),
  }
}

/** Bytes that pass by this program can be neither encrypted nor decrypted by it. */
function onlyPlain(direct: Direct): Direct {
  return {
    ...direct,
    begin(id, plan) {
      if (!isFramedKey(plan.key())) return direct.begin(id, plan)
      return Promise.reject(new Error(`bytes for ${plan.key()} must come through this program`))
    },
    signGet: async (key, answer) => (isFramedKey(key) ? undefined : direct.signGet(key, answer)),
  }
}

function unlessGone(error: unknown): undefined {
  if (!(error instanceof ObjectMissing)) throw error
}
