const NAME = 'trove-uploads'
const VERSION = 1

/** IndexedDB, asked so that a browser which refuses it answers nothing instead of failing. */
export type Database = {
  read<T>(name: string, ask: (store: IDBObjectStore) => IDBRequest): Promise<T | undefined>
  /** All in one transaction. @returns whether it was written */
  write(names: string[], run: (store: (name: string) => IDBObjectStore) => void): Promise<boolean>
}

export function createDatabase(): Database {
  let opening: Promise<IDBDatabase | undefined> | undefined
  const open = () => (opening ??= openDatabase())
  return {
    async read<T>(name: string, ask: (store: IDBObjectStore) => IDBRequest) {
      const database = await open()
      if (database === undefined) return undefined
      return new Promise<T | undefined>((resolve) => {
        try {
          const request = ask(database.transaction(name).objectStore(name))
          request.onsuccess = () => resolve(request.result as T | undefined)
          request.onerror = () => resolve(undefined)
        } catch {
          resolve(undefined)
        }
      })
    },
    async write(names, run) {
      const database = await open()
      if (database === undefined) return false
      return new Promise((resolve) => {
        try {
          const transaction = database.transaction(names, 'readwrite')
          transaction.oncomplete = () => resolve(true)
          transaction.onabort = () => resolve(false)
          transaction.onerror = () => resolve(false)
          run((name) => transaction.objectStore(name))
        } catch {
          resolve(false)
        }
      })
    },
  }
}

/** Changes a record that is there; one that is gone stays gone. */
export function mend<T extends { key: string }>(store: IDBObjectStore, key: string, changes: Partial<T>): void {
  const request = store.get(key)
  request.onsuccess = () => {
    if (request.result !== undefined) store.put({ ...(request.result as T), ...changes })
  }
}

function openDatabase(): Promise<IDBDatabase | undefined> {
  return new Promise((resolve) => {
    try {
      const request = indexedDB.open(NAME, VERSION)
      request.onupgradeneeded = () => {
        request.result.createObjectStore('batches', { keyPath: 'key' })
        request.result.createObjectStore('transfers', { keyPath: 'key' }).createIndex('batchKey', 'batchKey')
        request.result.createObjectStore('bytes')
      }
      request.onsuccess = () => {
        request.result.onversionchange = () => request.result.close()
        resolve(request.result)
      }
      request.onerror = () => resolve(undefined)
      request.onblocked = () => resolve(undefined)
    } catch {
      resolve(undefined)
    }
  })
}
