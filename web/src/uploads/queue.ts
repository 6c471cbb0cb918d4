import { isProblem } from '../lib/problem.ts'
import { drive, type Road } from './drive.ts'
import { halt, pick, type Floor } from './floor.ts'
import { askSession } from './holding.ts'
import { createFolderTree, folderAt } from './folder-tree.ts'
import type { Waiting } from './known.ts'
import { needOf } from './memory.ts'
import { isPending, type Transfer } from './model.ts'
import { batchName } from './naming.ts'
import type { Upload } from './remote.ts'
import type { Ending } from './retry.ts'
import { claimOf } from './standing.ts'
import { recall } from './takeover.ts'

/** Files on their way at once. Browsers open six connections to a host: two are left for the page. */
const MOST_AT_ONCE = 4
/** Files below this are sent in the time that asking about them takes. */
const LEAST_KNOWN_BYTES = 4 * 1024 * 1024
/** Reading more than this to find out costs more than it is likely to save. */
const MOST_KNOWN_BYTES = 8 * 1024 ** 3

/** Sends as many files of the queue as may go at once. */
export function pump(floor: Floor): void {
  while (!floor.isStopped && floor.running.size < MOST_AT_ONCE) {
    const key = floor.queue.shift()
    if (key === undefined) return
    const { state } = floor.shelf.get(key) ?? {}
    if ((state !== 'waiting' && state !== 'retrying') || floor.running.has(key)) continue
    const controller = new AbortController()
    floor.running.set(key, controller)
    floor.known?.begin(key)
    void drive(roadOf(floor), key, controller.signal).then(() => {
      if (floor.running.get(key) === controller) floor.running.delete(key)
      leave(floor, key)
      pump(floor)
    })
  }
}

/** Puts files into the queue. */
export function enqueue(floor: Floor, keys: readonly string[]): void {
  floor.queue.push(...keys)
  pump(floor)
  void foresee(floor)
}

/** While files wait, it is found out beside which of them need not be sent. */
async function foresee(floor: Floor): Promise<void> {
  if (nextUnknown(floor, () => true, 0) === undefined) return
  const known = (floor.known ??= await floor.knowing())
  await known?.foresee((isNew, ahead) => (floor.isStopped ? undefined : nextUnknown(floor, isNew, ahead)))
}

function nextUnknown(floor: Floor, isNew: (key: string) => boolean, ahead: number): Waiting | undefined {
  let furthest: Waiting | undefined
  let passed = 0
  for (const key of floor.queue) {
    const file = floor.files.get(key)
    const { state, uploadId, batchKey = '' } = floor.shelf.get(key) ?? {}
    if (file === undefined || state !== 'waiting' || uploadId !== undefined || !isNew(key)) continue
    if (file.size < LEAST_KNOWN_BYTES || file.size > MOST_KNOWN_BYTES) continue
    furthest = { key, file, organizationId: floor.shelf.batch(batchKey)?.organizationId ?? '' }
    if (passed === ahead) break
    passed += 1
  }
  // Few are left, and all of them are near: the last of them is the likeliest to be waiting still.
  return furthest
}

/** @returns undefined when it has to be sent */
async function addKnown(
  floor: Floor,
  transfer: Transfer,
  file: File,
  signal: AbortSignal,
): Promise<Ending | undefined> {
  const { key, batchKey, name, mediaType } = transfer
  if (floor.known === undefined || floor.known.hashOf(key) === undefined) return undefined
  try {
    const folderId = await folderOf(floor, transfer)
    const named = {
      filename: name,
      filetype: mediaType || 'application/octet-stream',
      uploadSessionId: await sessionOf(floor, batchKey),
      ...(folderId === undefined ? {} : { folderId }),
    }
    const organizationId = floor.shelf.batch(batchKey)?.organizationId ?? ''
    const added = await floor.known.add({ key, file, organizationId }, named, signal)
    if (added === undefined) return undefined
    floor.shelf.patch(key, { fileId: added.fileId, wasKnown: true })
    created(floor, key, added.uploadId)
    return { kind: 'done', fileId: added.fileId }
  } catch (error) {
    // It may have been added all the same: the session will say.
    return isProblem(error, 'unreachable') ? { kind: 'lost' } : undefined
  }
}

/** After a file has left the road, what is not needed any more is forgotten. */
function leave(floor: Floor, key: string): void {
  const transfer = floor.shelf.get(key)
  if (transfer !== undefined && isPending(transfer)) return
  floor.forgettable.delete(key)
  floor.known?.forget(key)
  if (transfer?.state === 'failed') {
    void floor.memory.setTransfer(key, { state: 'failed', reason: transfer.reason })
    return
  }
  floor.files.delete(key)
  void floor.memory.drop([key])
  recall(floor, key)
}

function roadOf(floor: Floor): Road {
  return {
    shelf: floor.shelf,
    send: floor.send,
    fileOf: (key) => fileOf(floor, key),
    sessionOf: (batchKey) => sessionOf(floor, batchKey),
    folderOf: (transfer) => folderOf(floor, transfer),
    addKnown: (transfer, file, signal) => addKnown(floor, transfer, file, signal),
    giveUp: (key) => giveUp(floor, key),
    hashOf: (key) => floor.known?.hashOf(key),
    lookFor: (transfer) => lookFor(floor, transfer),
    rest: (delayMs, signal) => rest(floor, delayMs, signal),
    isOnline: () => floor.isOnline,
    onCreated: (key, uploadId) => created(floor, key, uploadId),
    now: floor.now,
    random: floor.random,
  }
}

function giveUp(floor: Floor, key: string): void {
  const { uploadId } = floor.shelf.get(key) ?? {}
  // Forgotten first: that it was cancelled is announced, and would take the row away.
  floor.shelf.patch(key, { uploadId: undefined })
  void floor.memory.setTransfer(key, { uploadId: undefined })
  if (uploadId !== undefined) void floor.remote.cancelUpload(uploadId).catch(() => undefined)
}

function created(floor: Floor, key: string, uploadId: string): void {
  floor.shelf.patch(key, { uploadId })
  void floor.memory.setTransfer(key, { uploadId })
  recall(floor, key)
}

async function fileOf(floor: Floor, key: string): Promise<File | undefined> {
  const held = floor.files.get(key)
  if (held !== undefined) return held
  const kept = await floor.memory.transfer(key)
  if (kept === undefined) return undefined
  const needs = await needOf(kept)
  if (needs !== undefined) {
    floor.shelf.patch(key, { state: 'needs-file', needs })
    return undefined
  }
  const file = kept.isKept ? await floor.memory.bytes(key) : await kept.handle?.getFile().catch(() => undefined)
  const isSame =
    file !== undefined && file.size === kept.sizeBytes && (kept.isKept || file.lastModified === kept.lastModifiedMs)
  if (!isSame) return undefined
  floor.files.set(key, file)
  return file
}

function sessionOf(floor: Floor, batchKey: string): Promise<string> {
  const batch = floor.shelf.batch(batchKey)
  if (batch?.uploadSessionId !== undefined) return Promise.resolve(batch.uploadSessionId)
  const making =
    floor.sessions.get(batchKey) ?? makeSession(floor, batchKey).finally(() => floor.sessions.delete(batchKey))
  floor.sessions.set(batchKey, making)
  return making
}

async function makeSession({ shelf, remote, memory }: Floor, batchKey: string): Promise<string> {
  const transfers = shelf.of(batchKey).filter(isPending)
  const totalBytes = transfers.reduce((bytes, { sizeBytes }) => bytes + sizeBytes, 0)
  const organizationId = shelf.batch(batchKey)?.organizationId ?? ''
  const fileCount = Math.max(1, transfers.length)
  const { id } = await remote.createSession(organizationId, { name: batchName(transfers), fileCount, totalBytes })
  shelf.patchBatch(batchKey, { uploadSessionId: id })
  void memory.setSession(batchKey, id)
  return id
}

/** Files of one folder share one looking and one making of it. */
function folderOf(floor: Floor, { batchKey, folder }: Transfer): Promise<string | undefined> {
  const { organizationId = '', folderId } = floor.shelf.batch(batchKey) ?? {}
  if (folder === '') return Promise.resolve(folderId)
  const tree = floor.trees.get(batchKey) ?? createFolderTree(floor.remote, { organizationId, folderId })
  floor.trees.set(batchKey, tree)
  return folderAt(tree, folder)
}

/** What the server has of a file; one that was created without this tab hearing of it is known by name and size. */
export async function lookFor(floor: Floor, transfer: Transfer): Promise<Upload | undefined> {
  const { uploadSessionId } = floor.shelf.batch(transfer.batchKey) ?? {}
  if (uploadSessionId === undefined) return undefined
  const session = await askSession(floor, uploadSessionId)
  if (transfer.uploadId !== undefined) return session?.uploads.find(({ id }) => id === transfer.uploadId)
  // Cameras begin to count anew in each folder: name and size alone would not tell two files apart.
  const folderId = await folderOf(floor, transfer)
  const claimed = new Set(pick(floor).map(({ uploadId }) => uploadId))
  return session?.uploads.find(
    (upload) =>
      !claimed.has(upload.id) &&
      upload.folderId === folderId &&
      !['cancelled', 'failed'].includes(upload.status) &&
      claimOf(upload, [transfer]) !== undefined,
  )
}

function rest(floor: Floor, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(alarm)
      floor.rests.delete(wake)
      signal.removeEventListener('abort', wake)
      resolve()
    }
    const alarm = setTimeout(wake, delayMs)
    floor.rests.add(wake)
    signal.addEventListener('abort', wake)
  })
}

/** Lets go of every connection, as when somebody signs out. */
export function haltAll(floor: Floor): void {
  for (const key of [...floor.running.keys()]) halt(floor, key)
  for (const turn of floor.turns.values()) turn.abort()
  floor.turns.clear()
  floor.queue.length = 0
  floor.known?.stop()
}
