import { ApiProblem, sentenceOf } from '../lib/problem.ts'
import { isPending, type Transfer } from './model.ts'
import type { Upload } from './remote.ts'
import { nextStep, type Ending } from './retry.ts'
import type { Shelf } from './shelf.ts'
import { changesFrom, settled, stateOf } from './standing.ts'
import type { Sending } from './tus.ts'

export type Road = {
  shelf: Shelf
  send(sending: Sending): Promise<Ending>
  /** The file's bytes; undefined when they are out of reach. */
  fileOf(key: string): Promise<File | undefined>
  /** Id of the batch's upload session, made when it is not there yet. */
  sessionOf(batchKey: string): Promise<string>
  /** Id of the folder it goes into, made with those above when they are not there yet; undefined for the top. */
  folderOf(transfer: Transfer): Promise<string | undefined>
  /** Adds a file that the server has already, without sending it; undefined when it has to be sent. */
  addKnown(transfer: Transfer, file: File, signal: AbortSignal): Promise<Ending | undefined>
  /** SHA-256 of the file, when it was found out while it waited. */
  hashOf(key: string): string | undefined
  /** Ends what was begun of it on the server. */
  giveUp(key: string): void
  /** What the server has of this file, also when the answer to its creation was lost. */
  lookFor(transfer: Transfer): Promise<Upload | undefined>
  /** Resolves after a time, at once when the network comes back, or when stopped. */
  rest(delayMs: number, signal: AbortSignal): Promise<void>
  isOnline(): boolean
  onCreated(key: string, uploadId: string): void
  now(): number
  random(): number
}

/** Sends one file to its end, over as many attempts as it takes. Leaves the outcome on the shelf; never rejects. */
export async function drive(road: Road, key: string, signal: AbortSignal): Promise<void> {
  let failures = 0
  while (!signal.aborted) {
    const transfer = road.shelf.get(key)
    if (transfer === undefined) return
    if (!road.isOnline()) {
      await wait(road, key, signal, { delayMs: 60_000, reason: 'Waiting for the connection' })
      continue
    }
    const { ending, movedBytes } = await attempt(road, transfer, signal)
    if (signal.aborted) return
    failures = movedBytes > 0 ? 1 : failures + 1
    const step = nextStep(ending, { failures, random: road.random() })
    switch (step.kind) {
      case 'stop':
      case 'finish':
        if (step.kind === 'finish') finish(road, key, step.fileId)
        return
      case 'fail':
        road.shelf.patch(key, { state: 'failed', reason: step.reason, canRetry: step.canRetry, nextTryAtMs: undefined })
        return
      case 'look':
        if (!(await look(road, key))) return
        break
      case 'wait': {
        const reason = road.isOnline() ? step.reason : 'Waiting for the connection'
        await wait(road, key, signal, { delayMs: step.delayMs, reason })
        break
      }
      case 'anew':
        road.giveUp(key)
        break
      case 'renew':
        break
    }
  }
}

async function attempt(
  road: Road,
  transfer: Transfer,
  signal: AbortSignal,
): Promise<{ ending: Ending; movedBytes: number }> {
  const { key } = transfer
  let movedBytes = 0
  try {
    const file = await road.fileOf(key)
    if (file === undefined) {
      if (road.shelf.get(key)?.state !== 'needs-file') road.shelf.patch(key, { state: 'needs-file', needs: 'file' })
      return { ending: { kind: 'stopped' }, movedBytes }
    }
    const uploadSessionId = await road.sessionOf(transfer.batchKey)
    // An attempt that ended without an answer may have created the upload all the same.
    let uploadId = transfer.uploadId
    if (uploadId === undefined && transfer.state === 'retrying') {
      const found = await road.lookFor(transfer)
      if (found !== undefined) {
        adopt(road, key, found)
        if (stateOf(found) !== undefined) return { ending: { kind: 'stopped' }, movedBytes }
        uploadId = found.id
      }
    }
    const folderId = uploadId === undefined ? await road.folderOf(transfer) : undefined
    const added = uploadId === undefined ? await road.addKnown(transfer, file, signal) : undefined
    if (added !== undefined) return { ending: added, movedBytes }
    if (signal.aborted) return { ending: { kind: 'stopped' }, movedBytes }
    const sha256 = road.hashOf(key)
    let sent: number | undefined = uploadId === undefined ? 0 : undefined
    const batch = road.shelf.batch(transfer.batchKey)
    const ending = await road.send({
      file,
      uploadId,
      signal,
      metadata: {
        filename: transfer.name,
        filetype: transfer.mediaType || 'application/octet-stream',
        organizationId: batch?.organizationId ?? '',
        uploadSessionId,
        ...(folderId === undefined ? {} : { folderId }),
        // A file that changes on the way is told from what it was.
        ...(sha256 === undefined ? {} : { sha256 }),
      },
      onCreated: (created) => road.onCreated(key, created),
      onProgress(bytes) {
        const step = sent === undefined ? 0 : Math.max(0, bytes - sent)
        sent = bytes
        movedBytes += step
        road.shelf.moved(key, step)
        const now = road.shelf.get(key)
        // The server may have told of the end before this tab heard that its last bytes arrived.
        if (now !== undefined && isPending(now)) {
          road.shelf.patch(key, { state: 'uploading', bytesSent: bytes, reason: undefined, nextTryAtMs: undefined })
        }
      },
    })
    return { ending, movedBytes }
  } catch (error) {
    return { ending: endingOf(error), movedBytes }
  }
}

/** The upload is not as this tab thought: takes over what the server says. @returns whether to go on sending */
async function look(road: Road, key: string): Promise<boolean> {
  const transfer = road.shelf.get(key)
  if (transfer === undefined) return false
  const found = await road.lookFor(transfer).catch(() => null)
  if (found === null) return true
  if (found === undefined) {
    road.shelf.patch(key, { uploadId: undefined })
    return true
  }
  const state = stateOf(found)
  if (state === 'cancelled') {
    road.shelf.remove([key])
    return false
  }
  adopt(road, key, found)
  return state === undefined
}

function adopt(road: Road, key: string, found: Upload): void {
  const transfer = road.shelf.get(key)
  if (transfer === undefined) return
  if (transfer.uploadId !== found.id) road.onCreated(key, found.id)
  road.shelf.patch(key, changesFrom(transfer, found))
}

async function wait(
  road: Road,
  key: string,
  signal: AbortSignal,
  { delayMs, reason }: { delayMs: number; reason: string },
): Promise<void> {
  road.shelf.patch(key, { state: 'retrying', reason, nextTryAtMs: road.isOnline() ? road.now() + delayMs : undefined })
  await road.rest(delayMs, signal)
}

/** The last byte is acknowledged: what follows is told by the server, perhaps before this answer came. */
function finish(road: Road, key: string, fileId: string | undefined): void {
  const transfer = road.shelf.get(key)
  if (transfer === undefined) return
  const facts = { fileId: fileId ?? transfer.fileId, bytesSent: transfer.sizeBytes }
  road.shelf.patch(key, { ...facts, ...settled(transfer, fileId === undefined ? 'checking' : 'processing', undefined) })
}

function endingOf(error: unknown): Ending {
  if (!(error instanceof ApiProblem)) {
    return {
      kind: 'refused',
      status: 400,
      problem: 'internal',
      detail: sentenceOf(error),
      retryAfterSeconds: undefined,
      wasNew: true,
    }
  }
  if (error.kind === 'unreachable') return { kind: 'lost' }
  const { status, kind: problem, message: detail, retryAfterSeconds } = error
  return { kind: 'refused', status, problem, detail, retryAfterSeconds, wasNew: true }
}
