import type { Transfer } from './model.ts'

const DATABASE = 'trove-uploads'
const VERSION = 1
/** So many bytes are kept in the browser itself; larger files are found again by their handle, or by the person. */
const MOST_KEPT_BYTES = 512 * 1024 * 1024

/** A batch as it is remembered over a reload. */
export type KeptBatch = { key: string; userId: string; organizationId: string; uploadSessionId: string | undefined; createdAtMs: number }

/** A file as it is remembered over a reload. */
export type KeptTransfer = Pick<Transfer, 'key' | 'batchKey' | 'name' | 'sizeBytes' | 'mediaType' | 'uploadId' | 'reason'> & {
  lastModifiedMs: number
  state: 'open' | 'paused' | 'failed'
  handle: FileSystemFileHandle | undefined
  /** Whether the bytes themselves are kept. */
  isKept: boolean
}

type Permission = { queryPermission?(how: { mode: 'read' }): Promise<PermissionState>; requestPermission?(how: { mode: 'read' }): Promise<PermissionState> }

/** The queue in IndexedDB. Where the browser refuses it, nothing is remembered and nothing fails. */
export type Memory = ReturnType<typeof createMemory>

export function createMemory() {
  let opening: Promise<IDBDatabase | undefined> | undefined
  let keptBytes: number | undefined
  const open = () => (opening ??= openDatabase())

  return {
    async batches(userId: string): Promise<KeptBatch[]> {
      const all = await read<KeptBatch[]>('batches', (store) => store.getAll())
      return (all ?? []).filter((batch) => batch.userId === userId)
    },
    async transfers(batchKey: string): Promise<KeptTransfer[]> {
      return (await read<KeptTransfer[]>('transfers', (store) => store.index('batchKey').getAll(batchKey))) ?? []
    },
    transfer: (key: string) => read<KeptTransfer>('transfers', (store) => store.get(key)),

    /** @returns whether it is remembered */
    async begin(batch: KeptBatch, transfers: readonly KeptTransfer[]): Promise<boolean> {
      return write(['batches', 'transfers'], (store) => {
        store('batches').put(batch)
        for (const transfer of transfers) store('transfers').put(transfer)
      })
    },
    setSession: (batchKey: string, uploadSessionId: string) => change<KeptBatch>('batches', batchKey, { uploadSessionId }),
    setTransfer: (key: string, changes: Partial<KeptTransfer>) => change<KeptTransfer>('transfers', key, changes),

    /** Keeps the bytes themselves while there is room. @returns whether they are kept */
    async keepBytes(key: string, file: Blob): Promise<boolean> {
      keptBytes ??= await countKept()
      if (keptBytes + file.size > MOST_KEPT_BYTES) return false
      keptBytes += file.size
      const isKept = await write(['bytes', 'transfers'], (store) => {
        store('bytes').put(file, key)
        mend<KeptTransfer>(store('transfers'), key, { isKept: true })
      })
      if (!isKept) keptBytes -= file.size
      return isKept
    },
    bytes: (key: string) => read<File>('bytes', (store) => store.get(key)),

    /** Forgets files whose bytes have arrived, or that were taken back. */
    async drop(keys: readonly string[]): Promise<void> {
      await write(['bytes', 'transfers'], (store) => {
        for (const key of keys) {
          store('bytes').delete(key)
          store('transfers').delete(key)
        }
      })
      keptBytes = undefined
    },
    async dropBatch(batchKey: string): Promise<void> {
      const keys = (await this.transfers(batchKey)).map(({ key }) => key)
      await this.drop(keys)
      await write(['batches'], (store) => void store('batches').delete(batchKey))
    },
  }

  async function countKept(): Promise<number> {
    const all = (await read<KeptTransfer[]>('transfers', (store) => store.getAll())) ?? []
    return all.reduce((bytes, { isKept, sizeBytes }) => bytes + (isKept ? sizeBytes : 0), 0)
  }

  function change<T extends { key: string }>(name: string, key: string, changes: Partial<T>): Promise<boolean> {
    return write([name], (store) => mend<T>(store(name), key, changes))
  }

  async function read<T>(name: string, ask: (store: IDBObjectStore) => IDBRequest): Promise<T | undefined> {
    const database = await open()
    if (database === undefined) return undefined
    return new Promise((resolve) => {
      try {
        const request = ask(database.transaction(name).objectStore(name))
        request.onsuccess = () => resolve(request.result as T | undefined)
        request.onerror = () => resolve(undefined)
      } catch {
        resolve(undefined)
      }
    })
  }

  async function write(names: string[], run: (store: (name: string) => IDBObjectStore) => void): Promise<boolean> {
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
  }
}

/** What stands between a remembered file and its bytes: nothing, a permission, or the file itself. */
export async function needOf({ isKept, handle }: KeptTransfer): Promise<Transfer['needs']> {
  if (isKept) return undefined
  if (handle === undefined) return 'file'
  const allowed = await (handle as Permission).queryPermission?.({ mode: 'read' }).catch(() => 'denied' as const)
  return allowed === 'granted' ? undefined : 'permission'
}

/** Asks the person; works only while their click is being handled. */
export async function requestReading(handle: FileSystemFileHandle): Promise<boolean> {
  return (await (handle as Permission).requestPermission?.({ mode: 'read' }).catch(() => 'denied' as const)) === 'granted'
}

function mend<T extends { key: string }>(store: IDBObjectStore, key: string, changes: Partial<T>): void {
  const request = store.get(key)
  request.onsuccess = () => {
    if (request.result !== undefined) store.put({ ...(request.result as T), ...changes })
  }
}

function openDatabase(): Promise<IDBDatabase | undefined> {
  return new Promise((resolve) => {
    try {
      const request = indexedDB.open(DATABASE, VERSION)
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
