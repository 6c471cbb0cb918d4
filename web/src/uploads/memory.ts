import { createDatabase, mend, type Database } from './database.ts'
import type { Transfer } from './model.ts'

/** So many bytes are kept in the browser itself; larger files are found again by their handle, or by the person. */
const MOST_KEPT_BYTES = 512 * 1024 * 1024

/** A batch as it is remembered over a reload. */
export type KeptBatch = {
  key: string
  userId: string
  organizationId: string
  /** Absent in what an older page remembered. */
  folderId?: string | undefined
  uploadSessionId: string | undefined
  createdAtMs: number
}

/** A file as it is remembered over a reload. */
export type KeptTransfer = Pick<
  Transfer,
  'key' | 'batchKey' | 'name' | 'sizeBytes' | 'mediaType' | 'uploadId' | 'reason'
> & {
  lastModifiedMs: number
  /** Absent in what an older page remembered. */
  folder?: string
  state: 'open' | 'paused' | 'failed'
  handle: FileSystemFileHandle | undefined
  /** Whether the bytes themselves are kept. */
  isKept: boolean
}

type Permission = {
  queryPermission?(how: { mode: 'read' }): Promise<PermissionState>
  requestPermission?(how: { mode: 'read' }): Promise<PermissionState>
}

/** The queue in IndexedDB. Where the browser refuses it, nothing is remembered and nothing fails. */
export type Memory = ReturnType<typeof createMemory>

export function createMemory(database: Database = createDatabase()) {
  const { read, write } = database
  const room: Room = { keptBytes: undefined }
  const change = <T extends { key: string }>(name: string, key: string, changes: Partial<T>) =>
    write([name], (store) => mend<T>(store(name), key, changes))
  const transfersOf = async (batchKey: string) =>
    (await read<KeptTransfer[]>('transfers', (store) => store.index('batchKey').getAll(batchKey))) ?? []
  return {
    async batches(userId: string): Promise<KeptBatch[]> {
      const all = await read<KeptBatch[]>('batches', (store) => store.getAll())
      return (all ?? []).filter((batch) => batch.userId === userId)
    },
    transfers: transfersOf,
    transfer: (key: string) => read<KeptTransfer>('transfers', (store) => store.get(key)),
    /** @returns whether it is remembered */
    begin(batch: KeptBatch, transfers: readonly KeptTransfer[]): Promise<boolean> {
      return write(['batches', 'transfers'], (store) => {
        store('batches').put(batch)
        for (const transfer of transfers) store('transfers').put(transfer)
      })
    },
    setSession: (batchKey: string, uploadSessionId: string) =>
      change<KeptBatch>('batches', batchKey, { uploadSessionId }),
    setTransfer: (key: string, changes: Partial<KeptTransfer>) => change<KeptTransfer>('transfers', key, changes),
    keepBytes: (key: string, file: Blob) => keepBytes(database, room, key, file),
    bytes: (key: string) => read<File>('bytes', (store) => store.get(key)),
    /** Forgets files whose bytes have arrived, or that were taken back. */
    drop: (keys: readonly string[]) => drop(database, keys),
    async dropBatch(batchKey: string): Promise<void> {
      await drop(
        database,
        (await transfersOf(batchKey)).map(({ key }) => key),
      )
      await write(['batches'], (store) => void store('batches').delete(batchKey))
      room.keptBytes = undefined
    },
  }
}

/** Bytes that are kept now, as far as it is known: counting them anew for each of thousands of files would take long. */
type Room = { keptBytes: number | undefined }

/** Keeps the bytes themselves while there is room. @returns whether they are kept */
async function keepBytes({ read, write }: Database, room: Room, key: string, file: Blob): Promise<boolean> {
  if (room.keptBytes === undefined) {
    const all = (await read<KeptTransfer[]>('transfers', (store) => store.getAll())) ?? []
    room.keptBytes = all.reduce((bytes, { isKept, sizeBytes }) => bytes + (isKept ? sizeBytes : 0), 0)
  }
  if (room.keptBytes + file.size > MOST_KEPT_BYTES) return false
  room.keptBytes += file.size
  return write(['bytes', 'transfers'], (store) => {
    store('bytes').put(file, key)
    mend<KeptTransfer>(store('transfers'), key, { isKept: true })
  })
}

async function drop({ write }: Database, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return
  await write(['bytes', 'transfers'], (store) => {
    for (const key of keys) {
      store('bytes').delete(key)
      store('transfers').delete(key)
    }
  })
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
  return (
    (await (handle as Permission).requestPermission?.({ mode: 'read' }).catch(() => 'denied' as const)) === 'granted'
  )
}
