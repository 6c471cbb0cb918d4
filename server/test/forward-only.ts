import type { ObjectStore } from '../src/platform/objects/index.ts'

/** What a store keeps back of staged bytes until there are enough of them. */
const TAIL_BYTES = 5 * 1024 * 1024

export type ForwardOnly = ObjectStore & { reads: number }

/**
 * A store whose staged bytes cannot be read back, as those of S3 cannot: only the tail that is not yet a part of its own
 * can. It counts how often an object is opened.
 */
export function forwardOnly(store: ObjectStore): ForwardOnly {
  const wrapped: ForwardOnly = {
    ...store,
    reads: 0,
    get(key, range) {
      wrapped.reads += 1
      return store.get(key, range)
    },
    staging: {
      ...store.staging,
      readsBack: false,
      async open(id, plan) {
        const staged = await store.staging.open(id, plan)
        let end = staged.sizeBytes
        return {
          ...staged,
          async write(bytes, position) {
            await staged.write(bytes, position)
            end = Math.max(end, position + bytes.length)
          },
          async read(bytes, position) {
            if (position < end - (end % TAIL_BYTES)) throw new Error('staged bytes cannot be read back')
            return staged.read(bytes, position)
          },
        }
      },
    },
  }
  return wrapped
}
