import { halt, isPendingKey, pick, takeTurn, type Floor } from './floor.ts'
import { pauseSession, resumeSession, wholeBatches } from './holding.ts'
import { takeIn, type Limits } from './intake.ts'
import { requestReading, type KeptTransfer } from './memory.ts'
import { isEnded, isPending, type Batch, type Picked, type Transfer } from './model.ts'
import { enqueue, lookFor, pump } from './queue.ts'

/** So long a creation that was cut off may still take on the server. */
const CREATION_MS = 1_500

/** Where files go, and what may go there. */
export type Target = { organizationId: string; folderId: string | undefined; limits: Limits }

/** Takes in what was dropped, chosen or pasted, and begins to send it. */
export function add(floor: Floor, picked: readonly Picked[], target: Target): void {
  const fresh = picked.filter((one) => !giveBack(floor, one))
  const { groups, refused, notice } = takeIn(fresh, target.limits)
  if (notice !== undefined && (fresh.length > 0 || picked.length === 0)) floor.shelf.say(notice)
  for (const group of groups) begin(floor, group, target)
  if (refused.length === 0) return
  const batch = newBatch(floor, target)
  floor.shelf.put(
    batch,
    refused.map(({ picked: one, reason }) => ({ ...transferOf(floor, one, batch.key), state: 'failed', reason })),
  )
}

function begin(floor: Floor, group: readonly Picked[], target: Target): void {
  const { shelf, memory, userId } = floor
  const batch = newBatch(floor, target)
  const kept: KeptTransfer[] = []
  const transfers = group.map((one) => {
    const transfer = transferOf(floor, one, batch.key)
    floor.files.set(transfer.key, one.file)
    floor.forgettable.add(transfer.key)
    kept.push(keptOf(transfer, one))
    return transfer
  })
  shelf.put(batch, transfers)
  takeTurn(floor, batch.key).catch(() => undefined)
  const { key, organizationId, folderId, createdAtMs } = batch
  void memory
    .begin({ key, userId, organizationId, folderId, uploadSessionId: undefined, createdAtMs }, kept)
    .then((isRemembered) => {
      if (!isRemembered) return
      const { uploadSessionId } = shelf.batch(key) ?? {}
      if (uploadSessionId !== undefined) void memory.setSession(key, uploadSessionId)
      return keepFiles(floor, kept)
    })
  enqueue(
    floor,
    transfers.map((transfer) => transfer.key),
  )
}

/** The bytes themselves are kept where there is room, because only then nobody has to be asked after a reload. */
async function keepFiles(floor: Floor, kept: readonly KeptTransfer[]): Promise<void> {
  for (const { key, handle } of kept) {
    if (handle !== undefined) floor.forgettable.delete(key)
    const { uploadId } = floor.shelf.get(key) ?? {}
    if (uploadId !== undefined) void floor.memory.setTransfer(key, { uploadId })
    const file = floor.files.get(key)
    if (file === undefined || !isPendingKey(floor, key)) continue
    if (await floor.memory.keepBytes(key, file)) floor.forgettable.delete(key)
    // It may have arrived meanwhile.
    if (!isPendingKey(floor, key) && floor.shelf.get(key)?.state !== 'failed') void floor.memory.drop([key])
  }
}

/** A file that is asked for again, or that another device began: its upload goes on. */
function giveBack(floor: Floor, { file, handle }: Picked): boolean {
  const wanted = pick(floor).find(
    ({ state, name, sizeBytes, lastModifiedMs }) =>
      (state === 'needs-file' || (state === 'elsewhere' && lastModifiedMs === undefined)) &&
      name === file.name &&
      sizeBytes === file.size &&
      (lastModifiedMs === undefined || lastModifiedMs === file.lastModified),
  )
  if (wanted === undefined) return false
  floor.files.set(wanted.key, file)
  floor.forgettable.add(wanted.key)
  if (handle !== undefined) void floor.memory.setTransfer(wanted.key, { handle })
  floor.shelf.patchBatch(wanted.batchKey, { isDriven: true })
  floor.shelf.patch(wanted.key, { state: 'waiting', needs: undefined })
  enqueue(floor, [wanted.key])
  return true
}

/** Files one by one stand still in this tab; whole batches on every device. */
export function pause(floor: Floor, keys?: readonly string[]): void {
  for (const batch of wholeBatches(floor, keys)) pauseSession(floor, batch)
  for (const { key, state } of pick(floor, keys)) {
    if (state !== 'waiting' && state !== 'uploading' && state !== 'retrying') continue
    halt(floor, key)
    floor.shelf.patch(key, { state: 'paused', reason: undefined, nextTryAtMs: undefined })
    void floor.memory.setTransfer(key, { state: 'paused' })
  }
  pump(floor)
}

export function resume(floor: Floor, keys?: readonly string[]): void {
  const standing = pick(floor, keys).filter(({ state }) => state === 'paused')
  for (const batchKey of new Set(standing.map((transfer) => transfer.batchKey))) {
    const batch = floor.shelf.batch(batchKey)
    if (batch?.pause !== undefined) void resumeSession(floor, batch)
  }
  const paused = standing.filter(({ key }) => !floor.held.has(key))
  for (const { key, uploadId, bytesSent } of paused) {
    // Paused while it was being created: the server may have it, and is asked first.
    floor.shelf.patch(key, { state: uploadId === undefined && bytesSent > 0 ? 'retrying' : 'waiting' })
    void floor.memory.setTransfer(key, { state: 'open' })
  }
  enqueue(
    floor,
    paused.map(({ key }) => key),
  )
}

/** Tries again what failed: the upload, or the making of what can be shown. */
export function retry(floor: Floor, keys?: readonly string[]): void {
  for (const transfer of pick(floor, keys)) {
    if (transfer.state === 'unshown') processAgain(floor, transfer)
    if (transfer.state === 'failed' && transfer.canRetry) uploadAgain(floor, transfer)
  }
}

function processAgain({ shelf, remote }: Floor, { key, fileId, reason }: Transfer): void {
  if (fileId === undefined) return
  shelf.patch(key, { state: 'processing', reason: undefined })
  remote.processAgain(fileId).catch(() => shelf.patch(key, { state: 'unshown', reason }))
}

/** A refused upload is gone on the server, and so may be its session: it begins anew. */
function uploadAgain(floor: Floor, { key, batchKey }: Transfer): void {
  if (floor.shelf.of(batchKey).every(isEnded)) floor.shelf.patchBatch(batchKey, { uploadSessionId: undefined })
  // Its folder may be what was refused, or have gone: it is looked for anew.
  floor.trees.delete(batchKey)
  floor.forgettable.add(key)
  floor.shelf.patch(key, { state: 'waiting', reason: undefined, uploadId: undefined })
  void floor.memory.setTransfer(key, { state: 'open', reason: undefined, uploadId: undefined })
  enqueue(floor, [key])
}

/** Ends transfers here and on the server; without keys, all whose bytes have not arrived. */
export function cancel(floor: Floor, keys?: readonly string[]): void {
  const { shelf, remote } = floor
  const chosen = new Map(
    pick(floor, keys)
      .filter(isPending)
      .map((transfer) => [transfer.key, transfer]),
  )
  const whole = new Set<string>()
  for (const batchKey of new Set([...chosen.values()].map((transfer) => transfer.batchKey))) {
    const { uploadSessionId } = shelf.batch(batchKey) ?? {}
    const isWhole = shelf.of(batchKey).every((other) => !isPending(other) || chosen.has(other.key))
    if (isWhole && uploadSessionId !== undefined) whole.add(uploadSessionId)
  }
  for (const transfer of chosen.values()) {
    halt(floor, transfer.key)
    floor.files.delete(transfer.key)
    floor.forgettable.delete(transfer.key)
    if (!whole.has(shelf.batch(transfer.batchKey)?.uploadSessionId ?? ''))
      void end(floor, transfer).catch(() => undefined)
  }
  for (const uploadSessionId of whole) void remote.cancelSession(uploadSessionId).catch(() => undefined)
  void floor.memory.drop([...chosen.keys()])
  shelf.remove(chosen.keys())
  pump(floor)
}

/** Ends an upload on the server, also one whose creation was not answered yet. */
async function end(floor: Floor, transfer: Transfer): Promise<void> {
  if (transfer.uploadId === undefined && transfer.bytesSent === 0) return
  if (transfer.uploadId === undefined) await new Promise((resolve) => setTimeout(resolve, CREATION_MS))
  const uploadId = transfer.uploadId ?? (await lookFor(floor, transfer))?.id
  if (uploadId !== undefined) await floor.remote.cancelUpload(uploadId)
}

/** Takes rows away that have ended; without keys, all of them. */
export function dismiss(floor: Floor, keys?: readonly string[]): void {
  const ended = pick(floor, keys)
    .filter(isEnded)
    .map(({ key }) => key)
  for (const key of ended) floor.files.delete(key)
  void floor.memory.drop(ended)
  floor.shelf.remove(ended)
}

/** Asks the browser to read remembered files again; works only while a click is being handled. */
export async function allow(floor: Floor): Promise<void> {
  for (const { key } of pick(floor).filter(({ needs }) => needs === 'permission')) {
    const kept = await floor.memory.transfer(key)
    const isAllowed = kept?.handle !== undefined && (await requestReading(kept.handle))
    floor.shelf.patch(key, isAllowed ? { state: 'waiting', needs: undefined } : { needs: 'file' })
    if (isAllowed) enqueue(floor, [key])
  }
}

function newBatch({ newKey, now }: Floor, { organizationId, folderId }: Target): Batch {
  return { key: newKey(), organizationId, folderId, uploadSessionId: undefined, createdAtMs: now(), isDriven: true }
}

function transferOf({ newKey }: Floor, { file, folder }: Picked, batchKey: string): Transfer {
  return {
    key: newKey(),
    batchKey,
    name: file.name,
    sizeBytes: file.size,
    lastModifiedMs: file.lastModified,
    mediaType: file.type,
    folder,
    state: 'waiting',
    bytesSent: 0,
    uploadId: undefined,
    fileId: undefined,
    reason: undefined,
    canRetry: false,
    nextTryAtMs: undefined,
    needs: undefined,
    rateBytesPerSecond: 0,
  }
}

function keptOf(
  { key, batchKey, name, sizeBytes, mediaType, folder }: Transfer,
  { file, handle }: Picked,
): KeptTransfer {
  return {
    key,
    batchKey,
    name,
    sizeBytes,
    mediaType,
    folder,
    uploadId: undefined,
    reason: undefined,
    lastModifiedMs: file.lastModified,
    state: 'open',
    handle,
    isKept: false,
  }
}
