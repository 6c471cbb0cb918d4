import { takeTurn, type Floor } from './floor.ts'
import { askSession, hold } from './holding.ts'
import { needOf, type KeptBatch, type KeptTransfer } from './memory.ts'
import { isPending, type Transfer } from './model.ts'
import { enqueue } from './queue.ts'
import { takeOver } from './takeover.ts'

/** Takes up what this browser remembers of the person's uploads. */
export async function recollectAll(floor: Floor): Promise<void> {
  for (const batch of await floor.memory.batches(floor.userId)) {
    if (!floor.isStopped) await recollect(floor, batch)
  }
}

/** Shows what the server still has open for the person, whoever began it. */
export async function meet(floor: Floor, organizationId: string): Promise<void> {
  for (const session of await floor.remote.activeSessions(organizationId))
    if (!floor.isStopped) takeOver(floor, session)
}

/** A batch that another tab of this browser began. @returns whether there is one */
export async function takeUp(floor: Floor, uploadSessionId: string): Promise<boolean> {
  const kept = await floor.memory.batches(floor.userId)
  const batch = kept.find((one) => one.uploadSessionId === uploadSessionId)
  if (batch === undefined) return false
  await recollect(floor, batch)
  return true
}

async function recollect(floor: Floor, batch: KeptBatch): Promise<void> {
  const { key, organizationId, folderId, uploadSessionId, createdAtMs } = batch
  if (floor.shelf.batch(key) !== undefined) return
  const kept = await floor.memory.transfers(key)
  floor.shelf.put({ key, organizationId, folderId, uploadSessionId, createdAtMs, isDriven: false }, kept.map(rowFrom))
  await ask(floor, uploadSessionId)
  void goOn(floor, key).catch(() => undefined)
}

/** Sends on what is left of a remembered batch, as soon as no other tab does. */
async function goOn(floor: Floor, batchKey: string): Promise<void> {
  await takeTurn(floor, batchKey)
  const { shelf, memory } = floor
  // Another tab may have come far while this one waited for its turn.
  const kept = await memory.transfers(batchKey)
  for (const { key, uploadId } of kept) if (uploadId !== undefined) shelf.patch(key, { uploadId })
  const isCertain = await ask(floor, shelf.batch(batchKey)?.uploadSessionId)
  if (floor.isStopped) return
  shelf.patchBatch(batchKey, { isDriven: true })

  const ready: string[] = []
  for (const one of kept) {
    const transfer = shelf.get(one.key)
    if (transfer === undefined || one.state === 'failed' || !isPending(transfer)) continue
    const needs = await needOf(one)
    const next = one.state === 'paused' ? 'paused' : isCertain ? 'waiting' : 'retrying'
    shelf.patch(one.key, { state: needs === undefined ? next : 'needs-file', needs })
    if (needs === undefined && next !== 'paused') ready.push(one.key)
  }
  enqueue(floor, ready)
  const { pause } = shelf.batch(batchKey) ?? {}
  if (pause !== undefined) hold(floor, batchKey, pause)
}

/** @returns whether it is certain what the server has of the session */
async function ask(floor: Floor, uploadSessionId: string | undefined): Promise<boolean> {
  if (uploadSessionId === undefined) return true
  try {
    const session = await askSession(floor, uploadSessionId)
    if (session !== undefined && !floor.isStopped) takeOver(floor, session)
    return true
  } catch {
    return false
  }
}

function rowFrom({
  key,
  batchKey,
  name,
  sizeBytes,
  lastModifiedMs,
  mediaType,
  folder = '',
  uploadId,
  state,
  reason,
}: KeptTransfer): Transfer {
  return {
    key,
    batchKey,
    name,
    sizeBytes,
    lastModifiedMs,
    mediaType,
    folder,
    uploadId,
    reason,
    state: state === 'failed' ? 'failed' : 'elsewhere',
    bytesSent: 0,
    fileId: undefined,
    canRetry: false,
    nextTryAtMs: undefined,
    needs: undefined,
    rateBytesPerSecond: 0,
  }
}
