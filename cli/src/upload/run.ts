import { basename } from 'node:path'
import { getFile } from '@trove/contract/files'
import { endsTheRun, Failure, isFailure, toFailure } from '../failure.ts'
import { inLanes, openLanes, type Lanes } from '../lanes.ts'
import { ensureFolder, findOrganization, openTree, readPlace, walkTo, type FolderTree } from '../place.ts'
import type { Server } from '../server/server.ts'
import type { Report } from '../terminal/report.ts'
import { absolute, gather, type Choice, type Source } from './gather.ts'
import { openJournal, type Journal } from './journal.ts'
import { openReceipts, type Receipts } from './receipts.ts'
import { sendFile, type Sending } from './send.ts'
import { openBatch, sessionName } from './session.ts'

/** A file that is done weighs so much when it is asked how fast it goes, however small it was. */
const FILE_WEIGHT_BYTES = 256 * 1024
const CHECKS_AT_ONCE = 8

export type Uploading = {
  paths: readonly string[]
  to: string
  makeFolders: boolean
  choice: Choice
  again: boolean
  parallel: number | undefined
  chunkBytes: number
  stateFolder: string
  /** The file that a receipt of each file is written to. */
  receiptsFile: string | undefined
}

export type Outcome = { exitCode: number; unfinished: number; where: string }

/**
 * Sends everything that was named. What fails does not keep the rest from going on, unless the rest would fail alike.
 *
 * @throws Failure  before anything was sent: there is no such place, the same is running already, nobody is signed in
 */
export async function upload(server: Server, uploading: Uploading, report: Report): Promise<Outcome> {
  const { organization, way } = readPlace(uploading.to)
  const { id: organizationId, name } = await findOrganization(server, organization)
  const tree = openTree(server, organizationId)
  const rootId = await walkTo(tree, way, uploading.makeFolders ? 'make' : 'refuse').catch((error: unknown) => {
    if (!isFailure(error, 'not-found') || uploading.makeFolders) throw error
    throw new Failure('not-found', `${error.message} --make-folders makes it.`)
  })
  const where = [name, ...way].join('/')
  const { files, skipped, failed } = await gather(uploading.paths, uploading.choice)
  for (const { path, reason } of skipped) report.tell({ event: 'skipped', path, reason })
  for (const { path, failure } of failed) report.tell({ event: 'failed', path, failure })

  const run = { place: server.place, organizationId, way, paths: absolute(uploading.paths) }
  const { receiptsFile } = uploading
  const receipts = receiptsFile === undefined ? undefined : await openReceipts(server, receiptsFile, report)
  const journal = await openJournal(uploading.stateFolder, run, uploading.again ? 'anew' : 'go on')
  try {
    const wanted = await withoutPresent(server, journal, files, report)
    if (receipts !== undefined) await addPresent(receipts, journal, files, new Set(wanted))
    const bytes = wanted.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
    report.tell({ event: 'found', files: files.length, bytes })
    const about = {
      organizationId,
      name: sessionName(uploading.paths.map(nameOf)),
      fileCount: wanted.length,
      totalBytes: bytes,
    }
    const unfinished = await sendAll(server, wanted, { uploading, journal, tree, rootId, report, about, receipts })
    const exitCode = report.tally.failed.length + unfinished + (receipts?.missing ?? 0) === 0 ? 0 : 1
    return { exitCode, unfinished, where }
  } finally {
    await journal.close()
    await receipts?.close()
  }
}

const nameOf = (path: string): string => basename(path) || path

/** Files that this run has brought before, and that are still there as they are here, are not sent again. */
async function withoutPresent(
  server: Server,
  journal: Journal,
  files: readonly Source[],
  report: Report,
): Promise<Source[]> {
  const present = new Set<Source>()
  let isBlind = false
  let failedCheck: unknown
  await inLanes(
    files,
    { limit: () => CHECKS_AT_ONCE, isOver: () => server.patience.signal.aborted },
    async (source) => {
      const entry = journal.get(source.path)
      if (entry?.fileId === undefined || entry.mark !== source.mark) return
      try {
        const { trashedAt } = await server.call(getFile, { params: { fileId: entry.fileId } })
        if (trashedAt === undefined) present.add(source)
      } catch (error) {
        if (isFailure(error, 'not-allowed')) isBlind = present.add(source).size > 0
        else if (!isFailure(error, 'not-found')) failedCheck ??= error
      }
    },
  )
  if (failedCheck !== undefined) throw failedCheck
  if (isBlind)
    report.tell({
      event: 'note',
      text: 'Without the scope read it cannot be asked whether what was sent before is still there.',
    })
  for (const { shown, sizeBytes, path } of present)
    report.tell({ event: 'present', path: shown, bytes: sizeBytes, fileId: journal.get(path)?.fileId ?? '' })
  return files.filter((source) => !present.has(source))
}

/** What was sent before has its receipt too. */
async function addPresent(
  receipts: Receipts,
  journal: Journal,
  files: readonly Source[],
  wanted: ReadonlySet<Source>,
): Promise<void> {
  await inLanes(
    files.filter((source) => !wanted.has(source)),
    { limit: () => CHECKS_AT_ONCE, isOver: () => false },
    async (source) => receipts.add(source, journal.get(source.path)?.fileId ?? ''),
  )
}

type All = {
  uploading: Uploading
  journal: Journal
  tree: FolderTree
  rootId: string | undefined
  report: Report
  about: { organizationId: string; name: string; fileCount: number; totalBytes: number }
  receipts: Receipts | undefined
}

/** @returns how many have neither come nor failed: the rest would have failed alike, or somebody stopped it */
async function sendAll(server: Server, wanted: readonly Source[], all: All): Promise<number> {
  const { uploading, journal, tree, rootId, report, about, receipts } = all
  const { signal } = server.patience
  const lanes = openLanes(uploading.parallel)
  const sending: Sending = {
    server,
    journal,
    batch: openBatch(server, journal, about),
    organizationId: about.organizationId,
    chunkBytes: uploading.chunkBytes,
    signal,
    tell: (happening) => report.tell(happening),
    moved: (bytes) => lanes.moved(bytes),
    tooMany: () => lanes.tooMany(),
    folderOf: (source) => folderOf(tree, rootId, source.folder),
  }
  let ended = 0
  let isOver = false
  await inLanes(wanted, { limit: () => lanes.limit(), isOver: () => isOver || signal.aborted }, async (source) => {
    const failure = await sendAndTell(sending, source, lanes)
    const { fileId } = journal.get(source.path) ?? {}
    if (failure === undefined && fileId !== undefined) await receipts?.add(source, fileId)
    if (failure?.kind !== 'interrupted') ended += 1
    if (failure !== undefined && endsTheRun(failure)) isOver = true
  })
  return wanted.length - ended
}

/** Never rejects. */
async function sendAndTell(sending: Sending, source: Source, lanes: Lanes): Promise<Failure | undefined> {
  try {
    const { fileId, verified, source: sent } = await sendFile(sending, source)
    lanes.moved(FILE_WEIGHT_BYTES)
    sending.tell({ event: 'done', path: source.shown, bytes: sent.sizeBytes, fileId, verified })
    return undefined
  } catch (error) {
    const failure = toFailure(error)
    // What was interrupted has not failed: the next run goes on with it.
    if (failure.kind !== 'interrupted') sending.tell({ event: 'failed', path: source.shown, failure })
    return failure
  }
}

async function folderOf(
  tree: FolderTree,
  rootId: string | undefined,
  folder: readonly string[],
): Promise<string | undefined> {
  let parentId = rootId
  for (const name of folder) parentId = await ensureFolder(tree, parentId, name)
  return parentId
}
