import type { BigIntStats, Dirent } from 'node:fs'
import { lstat, readdir, stat } from 'node:fs/promises'
import { basename, join, matchesGlob, resolve, sep } from 'node:path'
import { Failure, toFailure } from '../failure.ts'

/** A file here that is to be sent. */
export type Source = {
  /** Absolute. */
  path: string
  /** Where it belongs below the place it is sent to: `Shoot/Day 1`; empty for the place itself. */
  folder: readonly string[]
  name: string
  /** As it is shown: `Shoot/Day 1/IMG_1.jpg`. */
  shown: string
  sizeBytes: number
  mark: string
}

export type Gathered = {
  files: Source[]
  skipped: { path: string; reason: string }[]
  failed: { path: string; failure: Failure }[]
}

export type Choice = {
  hidden: boolean
  follow: boolean
  /** Globs: one without a slash is held against each name, one with a slash against the way below what was named. */
  exclude: readonly string[]
}

/** What tells one state of a file from another. */
export const markOf = (stats: Pick<BigIntStats, 'size' | 'mtimeNs' | 'ino'>): string =>
  `${stats.size}-${stats.mtimeNs}-${stats.ino}`

type Walk = { choice: Choice; gathered: Gathered; taken: Set<string> }

/**
 * Every file of what was named. A folder keeps its name, `folder/.` gives what is in it; a link that was named itself is
 * followed. What cannot be read is among the failed, and the rest goes on.
 */
export async function gather(named: readonly string[], choice: Choice): Promise<Gathered> {
  const gathered: Gathered = { files: [], skipped: [], failed: [] }
  const walk: Walk = { choice, gathered, taken: new Set() }
  for (const word of named) {
    const path = resolve(word)
    try {
      const stats = await stat(path, { bigint: true })
      const isBare = /(^|[/\\])\.[/\\]?$/.test(word)
      if (stats.isDirectory())
        await walkFolder(walk, path, isBare ? [] : [basename(path)].filter(Boolean), [inodeOf(stats)])
      else take(walk, path, [], basename(path), stats)
    } catch (error) {
      const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
      const failure = missing ? new Failure('unreadable', 'There is nothing of this name here.') : toFailure(error)
      gathered.failed.push({ path: word, failure })
    }
  }
  return gathered
}

const inodeOf = (stats: BigIntStats): string => `${stats.dev}-${stats.ino}`

const inOrder = new Intl.Collator('en', { numeric: true })

/** @param above  folders on the way here, so that a link to one of them leads into no circle */
async function walkFolder(
  walk: Walk,
  path: string,
  folder: readonly string[],
  above: readonly string[],
): Promise<void> {
  const { gathered } = walk
  const shown = folder.join('/') || path
  let entries: Dirent<Buffer>[]
  try {
    entries = await readdir(path, { withFileTypes: true, encoding: 'buffer' })
  } catch (error) {
    gathered.failed.push({ path: shown, failure: toFailure(error) })
    return
  }
  const named = entries.map((entry) => ({ entry, name: textOf(entry.name) }))
  for (const { entry, name } of named.toSorted((a, b) => inOrder.compare(a.name ?? '', b.name ?? ''))) {
    const way = [...folder, name ?? entry.name.toString('latin1')]
    if (name === undefined) {
      const failure = new Failure('unreadable', 'Its name is not UTF-8; rename it.')
      gathered.failed.push({ path: way.join('/'), failure })
    } else if (isWanted(walk, name, way)) {
      await walkEntry(walk, join(path, name), way, above).catch((error: unknown) =>
        gathered.failed.push({ path: way.join('/'), failure: toFailure(error) }),
      )
    }
  }
}

function textOf(name: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(name)
  } catch {
    return undefined
  }
}

function isWanted({ choice, gathered }: Walk, name: string, way: readonly string[]): boolean {
  const below = way.join('/')
  const isExcluded = choice.exclude.some((glob) =>
    glob.includes('/') ? matchesGlob(below, glob.replace(/\/$/, '')) : matchesGlob(name, glob),
  )
  if (isExcluded) return false
  if (choice.hidden || !name.startsWith('.')) return true
  gathered.skipped.push({ path: below, reason: 'hidden; --hidden sends it' })
  return false
}

async function walkEntry(walk: Walk, path: string, way: readonly string[], above: readonly string[]): Promise<void> {
  const { choice, gathered } = walk
  const shown = way.join('/')
  const own = await lstat(path, { bigint: true })
  if (own.isSymbolicLink() && !choice.follow) {
    gathered.skipped.push({ path: shown, reason: 'a symbolic link; --follow sends what it leads to' })
    return
  }
  const stats = own.isSymbolicLink() ? await stat(path, { bigint: true }) : own
  if (!stats.isDirectory()) return take(walk, path, way.slice(0, -1), way.at(-1) ?? '', stats)
  if (above.includes(inodeOf(stats))) gathered.skipped.push({ path: shown, reason: 'a link to a folder that it is in' })
  else await walkFolder(walk, path, way, [...above, inodeOf(stats)])
}

function take(
  { gathered, taken }: Walk,
  path: string,
  folder: readonly string[],
  name: string,
  stats: BigIntStats,
): void {
  const shown = [...folder, name].join('/')
  if (taken.has(path)) return
  if (!stats.isFile()) {
    gathered.skipped.push({ path: shown, reason: 'no ordinary file' })
    return
  }
  taken.add(path)
  gathered.files.push({ path, folder, name, shown, sizeBytes: Number(stats.size), mark: markOf(stats) })
}

/** The paths that were named, however they were written, for telling one run from another. */
export const absolute = (named: readonly string[]): string[] =>
  named.map((word) => resolve(word) + (/(^|[/\\])\.[/\\]?$/.test(word) ? `${sep}.` : '')).toSorted()
