import { lstat, mkdir, mkdtemp, rm, statfs, writeFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { endsTheRun, Failure, toFailure } from '../failure.ts'
import { inLanes, openLanes } from '../lanes.ts'
import type { Server } from '../server/server.ts'
import type { Report } from '../terminal/report.ts'
import { formatBytes } from '../terminal/text.ts'
import { fetchFile, type Fetching } from './fetch.ts'
import { createNames } from './names.ts'
import type { Wanted } from './plan.ts'

const FILE_WEIGHT_BYTES = 256 * 1024

export type Downloading = {
  out: string
  force: boolean
  parallel: number | undefined
  signal: AbortSignal
  refresh(): Promise<void>
}

/** A file and its place here. */
type Placed = { wanted: Wanted; target: string; shown: string }

/** Brings everything below a folder here. @returns how many have neither come nor failed */
export async function download(wanted: readonly Wanted[], downloading: Downloading, report: Report): Promise<number> {
  const { parallel, signal, force, refresh } = downloading
  const out = resolve(downloading.out)
  await mkdir(out, { recursive: true }).catch((error: unknown) => {
    throw toFailure(error)
  })
  const placed = await place(wanted, out)
  const bytes = wanted.reduce((sum, { sizeBytes = 0 }) => sum + sizeBytes, 0)
  report.tell({ event: 'found', files: wanted.length, bytes })
  await tellWhenTight(out, bytes, report)
  const lanes = openLanes(parallel)
  const fetching: Fetching = {
    force,
    refresh,
    tell: (happening) => report.tell(happening),
    moved: (moved) => lanes.moved(moved),
    tooMany: () => lanes.tooMany(),
  }
  let ended = 0
  let isOver = false
  await inLanes(placed, { limit: () => lanes.limit(), isOver: () => isOver || signal.aborted }, async (one) => {
    const failure = await fetchAndTell(fetching, one)
    lanes.moved(FILE_WEIGHT_BYTES)
    if (failure?.kind !== 'interrupted') ended += 1
    if (failure !== undefined && endsTheRun(failure)) isOver = true
  })
  return wanted.length - ended
}

/** Never rejects. */
async function fetchAndTell(fetching: Fetching, { wanted, target, shown }: Placed): Promise<Failure | undefined> {
  const { fileId } = wanted
  try {
    const { sizeBytes: bytes, verified, isPresent } = await fetchFile(fetching, wanted, target, shown)
    if (isPresent) fetching.tell({ event: 'present', path: shown, bytes, fileId })
    else fetching.tell({ event: 'done', path: shown, bytes, fileId, verified, target })
    return undefined
  } catch (error) {
    const failure = toFailure(error)
    if (failure.kind !== 'interrupted') fetching.tell({ event: 'failed', path: shown, failure })
    return failure
  }
}

/** A place for each, within the folder and no other, none for two. */
async function place(wanted: readonly Wanted[], out: string): Promise<Placed[]> {
  const nameIn = createNames({ platform: process.platform, isCaseBlind: await isCaseBlind(out) })
  const folders = new Map<string, string>()
  const folderOf = (way: Wanted['folders']): string => {
    const last = way.at(-1)
    if (last === undefined) return out
    const key = way.map(({ id }) => id).join('/')
    const known = folders.get(key)
    if (known !== undefined) return known
    const above = folderOf(way.slice(0, -1))
    const path = join(above, nameIn(above, last))
    folders.set(key, path)
    return path
  }
  // All folders first: a file never takes the name of one.
  for (const { folders: way } of wanted) folderOf(way)
  const taken = new Set<string>()
  return wanted.flatMap((one) => {
    if (taken.has(one.fileId)) return []
    taken.add(one.fileId)
    const folder = folderOf(one.folders)
    const target = join(folder, nameIn(folder, { id: one.fileId, name: one.name }))
    const shown = relative(out, target)
    if (shown === '' || shown.startsWith('..')) throw new Failure('not-trove', 'A name leads out of the folder.')
    return [{ wanted: one, target, shown }]
  })
}

/** Whether this disk takes `a` and `A` for the same, as those of Windows, of macOS and of cameras do. */
async function isCaseBlind(folder: string): Promise<boolean> {
  const probe = await mkdtemp(join(folder, '.trove-probe-')).catch((error: unknown) => {
    throw toFailure(error)
  })
  try {
    await writeFile(join(probe, 'a'), '')
    return await lstat(join(probe, 'A')).then(
      () => true,
      () => false,
    )
  } catch (error) {
    throw toFailure(error)
  } finally {
    await rm(probe, { recursive: true, force: true })
  }
}

async function tellWhenTight(out: string, bytes: number, report: Report): Promise<void> {
  const stats = await statfs(out).catch(() => undefined)
  if (stats === undefined) return
  const free = stats.bavail * stats.bsize
  if (bytes > free)
    report.tell({
      event: 'note',
      text: `Careful: ${formatBytes(bytes)} are to come, and ${formatBytes(free)} are free here.`,
    })
}

/** What was named, to be fetched in one run. */
export type Plan = { wanted: Wanted[]; refresh(): Promise<void>; close(): void }

/** Several plans as one. */
export function joined(plans: readonly Plan[]): Plan {
  return {
    wanted: plans.flatMap(({ wanted }) => wanted),
    async refresh() {
      for (const plan of plans) await plan.refresh()
    },
    close() {
      for (const plan of plans) plan.close()
    },
  }
}

export const planOf = (
  server: Server,
  wanted: Wanted[],
  refresh: () => Promise<void> = () => Promise.resolve(),
): Plan => ({
  wanted,
  refresh,
  close: () => server.close(),
})
