import type { Readable } from 'node:stream'
import type { ObjectStore } from './object-store.ts'

export type Watcher = {
  /** An object has been opened to be read. */
  onRead(key: string): void
  /** An object could not be read as it should be. */
  onFault(key: string, error: unknown): void
}

/** A store that tells what is read from it, and what cannot be. Nobody waits for whoever hears it. */
export function watched(inner: ObjectStore, { onRead, onFault }: Watcher): ObjectStore {
  const { direct } = inner
  return {
    ...inner,
    async get(key, range) {
      let body: Readable
      try {
        body = await inner.get(key, range)
      } catch (error) {
        onFault(key, error)
        throw error
      }
      onRead(key)
      body.once('error', (error) => onFault(key, error))
      return body
    },
    /** Where there is a path, somebody else reads what is there. */
    localPath(key) {
      const path = inner.localPath(key)
      if (path !== undefined) onRead(key)
      return path
    },
    ...(direct && {
      direct: {
        ...direct,
        async signGet(key, answer) {
          const url = await direct.signGet(key, answer)
          if (url !== undefined) onRead(key)
          return url
        },
      },
    }),
  }
}
