import { rights as RIGHTS } from '@trove/contract/access'
import type { File } from '@trove/contract/files'
import type { DragEvent } from 'react'
import { isFetchable } from '../lib/scan.ts'
import { DOWNLOAD_AT_MOST } from './actions.ts'
import { isChosen, type Chosen } from './chosen.ts'
import type { Listing } from './listing/listing.ts'

/** Each is asked about by itself: more at once belong into a folder. */
const SHARE_AT_MOST = 50

/** What other rooms do with files; a page says which of it there is. */
export type PageDeeds = {
  onShare?: (files: readonly File[]) => void
  onMove?: (files: readonly File[]) => void
  /** Makes a photo, a series or a clip of files. */
  onEvent?: (files: readonly File[]) => void
  /** Deletes files for good that are in the trash. */
  onPurge?: (files: readonly File[]) => void
  /** Shows two pictures side by side. */
  onCompare?: (files: readonly File[]) => void
  /** Some files are being dragged; without it, a press draws a box instead. */
  onDrag?: (event: DragEvent, files: readonly File[]) => void
}

/** What may be done with files: what the caller has no right to is not offered. */
export type Allowed = {
  download: boolean
  /** Allowed, but too many at once. */
  isTooManyToDownload: boolean
  share: boolean
  move: boolean
  rename: boolean
  change: boolean
  /** To tag, describe and date. */
  organize: boolean
  compare: boolean
  /** To delete them for good. */
  purge: boolean
  /** To make an event of them. */
  event: boolean
}

export function allowedFor(chosen: Chosen, files: readonly File[], deeds: PageDeeds): Allowed {
  const all = (right: File['rights'][number]) =>
    chosen.kind === 'some' && files.length > 0 && files.every((file) => file.rights.includes(right))
  const isTrash = files.some((file) => file.trashedAt !== undefined)
  return {
    download: chosen.kind === 'all' || files.some(isDownloadable),
    isTooManyToDownload: chosen.kind === 'all' || files.length > DOWNLOAD_AT_MOST,
    share: deeds.onShare !== undefined && !isTrash && files.length <= SHARE_AT_MOST && all('share'),
    move: deeds.onMove !== undefined && !isTrash && all('write'),
    rename: !isTrash && files.length === 1 && all('write'),
    organize: !isTrash && (chosen.kind === 'all' || files.some((file) => file.rights.includes('write'))),
    purge: deeds.onPurge !== undefined && isTrash && RIGHTS.every(all),
    event:
      deeds.onEvent !== undefined &&
      !isTrash &&
      chosen.kind === 'some' &&
      files.some(({ kind }) => kind === 'image' || kind === 'video'),
    compare: deeds.onCompare !== undefined && files.length === 2 && files.every(({ kind }) => kind === 'image'),
    change: chosen.kind === 'all' || files.some((file) => file.rights.includes('write')),
  }
}

/** Of everything while it is not known how many that are: nobody would know what they do. */
export const NOTHING_ALLOWED: Allowed = {
  download: false,
  isTooManyToDownload: false,
  share: false,
  move: false,
  rename: false,
  organize: false,
  purge: false,
  event: false,
  compare: false,
  change: false,
}

/** Those of the chosen files that are here; of everything, none can be named. */
export function filesOf(listing: Listing, chosen: Chosen): File[] {
  if (chosen.kind === 'all') return []
  return [...chosen.ids].flatMap((id) => listing.fileAt(listing.indexOf(id) ?? -1) ?? [])
}

/** What a deed on one file is about: the selection when the file belongs to it, else the file alone. */
export function subjectAt(listing: Listing, chosen: Chosen, index: number): Chosen | undefined {
  const file = listing.fileAt(index)
  if (file === undefined) return undefined
  const isPart = isChosen(chosen, file.id) && (chosen.kind === 'all' || chosen.ids.size > 0)
  return isPart ? chosen : { kind: 'some', ids: new Set([file.id]) }
}

/** Those that may be downloaded, by id. */
export const downloadable = (files: readonly File[]): string[] => files.filter(isDownloadable).map((file) => file.id)

/** What the virus scanner keeps back, and what is damaged, is not offered either: it would be refused. */
const isDownloadable = (file: File): boolean => file.rights.includes('download') && isFetchable(file)
