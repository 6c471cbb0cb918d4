import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { listSessionUploads } from '@trove/contract/upload-sessions'
import { Failure, isFailure } from '../failure.ts'
import { interrupted } from '../server/exchange.ts'
import { createTurns, type Turns } from '../server/retry.ts'
import { collect } from '../place.ts'
import type { Server } from '../server/server.ts'
import type { Happening } from '../terminal/report.ts'
import type { Source } from './gather.ts'
import type { Entry, Journal } from './journal.ts'
import { afterSending } from './proof.ts'
import { openReading, look as lookHere, type Reading } from './reading.ts'
import type { Batch } from './session.ts'
import * as tus from './tus.ts'

/** So small that its bytes travel with the creation, and their hash with them: one round trip a file. */
const SMALL_BYTES = 4 * 1024 * 1024
/** The server disagrees about an upload only for a moment; if it keeps disagreeing, something is wrong. */
const MOST_CONFLICTS = 6
const MOST_CHANGES = 3
const PAUSE_MS = 3_000

export type Sending = {
  server: Server
  journal: Journal
  batch: Batch
  organizationId: string
  chunkBytes: number
  signal: AbortSignal
  tell(happening: Happening): void
  /** Bytes have moved. */
  moved(bytes: number): void
  /** The server asked for patience. */
  tooMany(): void
  folderOf(source: Source): Promise<string | undefined>
}

/**
 * Sends one file, or what is missing of it, until it is safe. May be ended at any line: the journal tells the next run
 * where it stood. A file that changes meanwhile is begun anew.
 *
 * @throws Failure
 */
export async function sendFile(
  sending: Sending,
  source: Source,
): Promise<{ fileId: string; verified: boolean; source: Source }> {
  for (let changes = 0, now = source; ; changes++) {
    try {
      return { ...(await sendOne(sending, now)), source: now }
    } catch (error) {
      if (!isFailure(error, 'changed') || changes >= MOST_CHANGES) throw error
      const entry = sending.journal.get(now.path)
      if (entry?.uploadId !== undefined) await tus.drop(sending.server, entry.uploadId)
      await sending.journal.set(now.path, undefined)
      now = await lookHere(now)
      sending.tell({ event: 'restarted', path: now.shown, reason: 'it was changed while it was being sent' })
    }
  }
}

async function sendOne(sending: Sending, source: Source): Promise<{ fileId: string; verified: boolean }> {
  const { server, journal, tell } = sending
  const reading = await openReading(source, sending.signal)
  try {
    await forgetIfChanged(sending, source)
    const turns = createTurns(server.patience, (waiting) => tell({ event: 'waiting', path: source.shown, ...waiting }))
    const one: One = { sending, source, reading, turns, isTold: false, isChecked: false }
    const fileId = await untilSafe(one)
    const verified = one.isChecked || (await afterSending(server, reading, fileId))
    await journal.set(source.path, { ...journal.get(source.path), mark: source.mark, fileId })
    return { fileId, verified }
  } finally {
    await reading.close()
  }
}

/** What was sent of another state of the file is of no use. */
async function forgetIfChanged({ server, journal, tell }: Sending, { path, mark, shown }: Source): Promise<void> {
  const entry = journal.get(path)
  if (entry === undefined || (entry.mark === mark && entry.fileId === undefined)) return
  if (entry.uploadId !== undefined && entry.fileId === undefined) {
    await tus.drop(server, entry.uploadId)
    tell({ event: 'restarted', path: shown, reason: 'it was changed since it was sent in part' })
  }
  await journal.set(path, undefined)
}

type One = {
  sending: Sending
  source: Source
  reading: Reading
  turns: Turns
  isTold: boolean
  /** The server has held all bytes against their hash. */
  isChecked: boolean
}

/** One attempt after another. @throws Failure  what no waiting helps against */
async function untilSafe(one: One): Promise<string> {
  const { sending, source, turns } = one
  for (let conflicts = 0; ;) {
    try {
      return await attempt(one)
    } catch (error) {
      if (!isFailure(error)) throw error
      if (error.status === 429 || error.status === 503) sending.tooMany()
      if (error.kind === 'wrong-state' && error.members['from'] === 'paused') {
        await waitWhilePaused(one, error)
        continue
      }
      if (isFailure(error, 'not-found', 'gone', 'wrong-offset', 'wrong-state') || isSessionFull(error, source)) {
        conflicts += 1
        if (conflicts > MOST_CONFLICTS || !(await reconsider(one, error))) throw error
        continue
      }
      await turns.wait(error)
    }
  }
}

/** Whoever paused the session on the page resumes it there, whenever that is; meanwhile it is asked for now and then. */
async function waitWhilePaused({ sending, source, turns }: One, { message }: Failure): Promise<void> {
  sending.tell({ event: 'waiting', path: source.shown, reason: message, waitMs: PAUSE_MS })
  await delay(PAUSE_MS, undefined, { signal: sending.signal }).catch(() => {
    throw interrupted()
  })
  turns.moved()
}

/** Another session takes it. */
const isSessionFull = ({ kind, members }: Failure, { sizeBytes }: Source): boolean =>
  kind === 'too-large' && Number(members['maxSessionBytes'] ?? 0) >= sizeBytes

/**
 * The server does not know the upload, or it stands elsewhere: what is right now?
 *
 * @returns whether another attempt may do better
 */
async function reconsider({ sending, source }: One, failure: Failure): Promise<boolean> {
  const { journal, batch } = sending
  const entry = journal.get(source.path)
  if (failure.kind === 'wrong-offset') return true
  if (entry?.uploadId !== undefined) {
    const end = await batch.endOf(entry.uploadId)
    await journal.set(source.path, undefined)
    if (end?.status === 'failed') throw new Failure('not-found', end.failure ?? 'The server could not keep it.')
    if (end?.status === 'cancelled') {
      await batch.requireWanted()
      throw new Failure('gone', 'Somebody has cancelled it there. Run the same command again to send it after all.')
    }
    sending.tell({ event: 'restarted', path: source.shown, reason: 'the server has forgotten what was sent before' })
    return true
  }
  // The batch has ended meanwhile, by somebody's hand or because all that it was to have has come.
  return batch.renew(entry?.sessionId, failure.kind === 'too-large')
}

/** @returns the id of the file, when it is one */
async function attempt(one: One): Promise<string> {
  const { sending } = one
  const entry = await known(one)
  if (entry?.uploadId === undefined) return create(one)
  const standing = await tus.look(sending.server, entry.uploadId)
  tellStart(one, standing.offsetBytes)
  return standing.fileId ?? rest(one, entry.uploadId, standing.offsetBytes)
}

/** What the journal knows; an upload whose begin was not answered is looked for at the server. */
async function known({ sending, source }: One): Promise<Entry | undefined> {
  const { journal, server } = sending
  const entry = journal.get(source.path)
  if (entry?.reference === undefined || entry.uploadId !== undefined || entry.sessionId === undefined) return entry
  const uploadId = await findByReference(server, entry.sessionId, {
    name: source.name,
    sizeBytes: source.sizeBytes,
    reference: entry.reference,
  })
  if (uploadId === undefined) return undefined
  await journal.set(source.path, { ...entry, uploadId })
  return journal.get(source.path)
}

async function findByReference(
  server: Server,
  uploadSessionId: string,
  about: { name: string; sizeBytes: number; reference: string },
): Promise<string | undefined> {
  try {
    const params = { uploadSessionId }
    const uploads = await collect((cursor) =>
      server.call(listSessionUploads, { params, query: { limit: 200, ...(cursor !== undefined && { cursor }) } }),
    )
    const alike = uploads.filter(
      ({ filename, totalBytes }) => filename === about.name && totalBytes === about.sizeBytes,
    )
    const wanted = tus.metadataOf({ reference: about.reference })
    for (const { id, status } of alike) {
      if (status === 'failed' || status === 'cancelled') continue
      const { metadata } = await tus.look(server, id)
      if (metadata.split(',').includes(wanted)) return id
    }
  } catch (error) {
    if (!isFailure(error, 'not-found', 'gone')) throw error
  }
  return undefined
}

async function create(one: One): Promise<string> {
  const { sending, source, reading } = one
  const { server, journal, batch, organizationId } = sending
  const folderId = await sending.folderOf(source)
  const sessionId = await batch.id()
  const reference = randomUUID()
  tellStart(one, 0)
  const isSmall = source.sizeBytes > 0 && source.sizeBytes <= Math.min(SMALL_BYTES, sending.chunkBytes)
  const bytes = isSmall ? await reading.whole() : undefined
  const entry: Entry = { mark: source.mark, sessionId, reference, ...(folderId !== undefined && { folderId }) }
  await journal.set(source.path, entry)
  const begun = await tus
    .begin(
      server,
      {
        lengthBytes: source.sizeBytes,
        metadata: {
          filename: source.name,
          organizationId,
          uploadSessionId: sessionId,
          reference,
          ...(folderId !== undefined && { folderId }),
        },
      },
      bytes && {
        body: bytes,
        sizeBytes: bytes.length,
        sha256: Buffer.from(await reading.sha256(), 'hex'),
        onSent: (sent) => sending.moved(sent),
      },
    )
    .catch(async (error: unknown) => {
      // It was refused for good: there is nothing at the server to look for.
      if (isFailure(error) && error.kind !== 'lost' && error.kind !== 'interrupted' && (error.status ?? 500) < 500)
        await journal.set(source.path, undefined)
      throw error
    })
  one.turns.moved()
  one.isChecked = bytes !== undefined
  if (begun.fileId !== undefined) return begun.fileId
  await journal.set(source.path, { ...entry, uploadId: begun.uploadId })
  return rest(one, begun.uploadId, begun.offsetBytes)
}

/** Sends from an offset to the end, a chunk a request, and waits until it is a file. */
async function rest(one: One, uploadId: string, fromBytes: number): Promise<string> {
  const { sending, source, reading } = one
  let standing: tus.Standing = { offsetBytes: fromBytes, fileId: undefined }
  while (standing.offsetBytes < source.sizeBytes) {
    const from = standing.offsetBytes
    const to = Math.min(source.sizeBytes, from + sending.chunkBytes)
    let sentBytes = from
    standing = await tus.append(sending.server, uploadId, from, {
      body: reading.part(from, to),
      sizeBytes: to - from,
      onSent(bytes) {
        sentBytes += bytes
        one.turns.moved()
        sending.moved(bytes)
        sending.tell({ event: 'progress', path: source.shown, bytes: source.sizeBytes, movedBytes: sentBytes })
      },
    })
    one.isChecked = false
    if (standing.offsetBytes <= from)
      throw new Failure('unavailable', 'The server took no byte of what was sent.', { status: 503 })
  }
  // The last byte is there; it is a file as soon as the server has put it away.
  while (standing.fileId === undefined) {
    await one.turns.wait(new Failure('not-ready', 'The server is putting it away.', { status: 503 }))
    standing = await tus.look(sending.server, uploadId)
    if (standing.offsetBytes < source.sizeBytes) return rest(one, uploadId, standing.offsetBytes)
  }
  return standing.fileId
}

function tellStart(one: One, fromBytes: number): void {
  if (one.isTold) return
  one.isTold = true
  const { sending, source } = one
  sending.tell({ event: 'began', path: source.shown, bytes: source.sizeBytes, fromBytes })
}
