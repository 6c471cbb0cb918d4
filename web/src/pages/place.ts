import { colours, orientations, type FileFilter } from '@trove/contract/file-filter'
import type { Kind } from '@trove/contract/media-types'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { kindNames, layouts, type Layout } from '../files/index.ts'
import { formatCount } from '../lib/format.ts'
import { ID_FORM } from '../lib/ids.ts'

/** What a filter says besides the type, under the same names in an address. */
export const narrowings = [
  'tagIds',
  'createdBy',
  'camera',
  'from',
  'to',
  'bounds',
  'sizeFrom',
  'sizeTo',
  'sideFrom',
  'sideTo',
  'orientation',
  'durationFromMs',
  'durationToMs',
  'colour',
  'mediaType',
] as const
export type Narrowing = Pick<FileFilter, (typeof narrowings)[number]>

/** All that the address says about a place of files. */
export type FilesSearch = { [Name in keyof Narrowing]?: Narrowing[Name] | undefined } & {
  kind?: Kind | undefined
  q?: string | undefined
  view?: Layout | undefined
  /** The file that has the keyboard. */
  at?: string | undefined
  /** The file that is open over the place. */
  open?: string | undefined
  /** The page at which it is opened, of a document; counted from 1. */
  page?: number | undefined
  /** Two pictures that are compared over the place, and how. */
  compare?: string | undefined
  /** Whether the details are beside it. */
  details?: boolean | undefined
}

export const peopleTabs = ['members', 'guests', 'teams', 'invitations'] as const
export type PeopleTab = (typeof peopleTabs)[number]

export const settingsTabs = ['general', 'plan', 'quarantine', 'danger'] as const
export type SettingsTab = (typeof settingsTabs)[number]

/** Which part of a place the address names. */
export function tabSearchOf<T extends string>(tabs: readonly T[], search: Record<string, unknown>): { tab?: T } {
  const tab = tabs.find((one) => one === search['tab'])
  return tab === undefined ? {} : { tab }
}

export type SetFilesSearch = (changed: Partial<FilesSearch>, how?: { replace?: boolean }) => void

const AT_REST_MS = 300

/** Reads what is known from an address; the rest of it is left aside. */
export function filesSearchOf(search: Record<string, unknown>): FilesSearch {
  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)
  const kind = text(search['kind'])
  return stripped({
    kind: kind !== undefined && Object.hasOwn(kindNames, kind) ? (kind as Kind) : undefined,
    // A search for a number reads as one in an address.
    q: text(typeof search['q'] === 'number' ? String(search['q']) : search['q']),
    view: layouts.find((one) => one === search['view']),
    at: text(search['at']),
    open: text(search['open']),
    page: isAmount(search['page']) && search['page'] > 0 ? search['page'] : undefined,
    compare: text(search['compare']),
    details: search['details'] === true ? true : undefined,
    ...narrowingOf(search),
  })
}

export const NOT_NARROWED = Object.fromEntries(narrowings.map((name) => [name, undefined]))

/** The part of an address that narrows what is shown; what cannot be meant is left out. */
export function narrowingOf(search: Record<string, unknown>): Narrowing {
  const known: Record<string, unknown> = {}
  for (const name of narrowings) {
    const value = search[name]
    const isKnown = FORMS[name] === 'number' ? isAmount(value) : FORMS[name].test(String(value ?? ''))
    if (isKnown) known[name] = FORMS[name] === 'number' ? value : String(value)
  }
  return known as Narrowing
}

const isAmount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0

const DAY = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/
const FORMS: Record<(typeof narrowings)[number], RegExp | 'number'> = {
  tagIds: /^[0-9a-f-]{36}(,[0-9a-f-]{36}){0,19}$/i,
  createdBy: ID_FORM,
  camera: /^.{1,200}$/u,
  from: DAY,
  to: DAY,
  bounds: /^-?\d{1,3}(\.\d{1,12})?(,-?\d{1,3}(\.\d{1,12})?){3}$/,
  sizeFrom: 'number',
  sizeTo: 'number',
  sideFrom: 'number',
  sideTo: 'number',
  orientation: new RegExp(`^(${orientations.join('|')})$`),
  durationFromMs: 'number',
  durationToMs: 'number',
  colour: new RegExp(`^(${colours.join('|')}|#[0-9a-f]{6})$`, 'i'),
  mediaType: /^[\w.+-]+\/[\w.+-]+$/,
}

/** The same, and the same one for as long as it says the same. */
export function useNarrowing(search: FilesSearch): Narrowing {
  const text = JSON.stringify(narrowingOf(search))
  return useMemo(() => JSON.parse(text) as Narrowing, [text])
}

/** Which uploads a list of them shows. */
export type UploadsSearch = { whose?: 'all' | undefined; only?: 'open' | undefined }

export const uploadsSearchOf = ({ whose, only }: Record<string, unknown>): UploadsSearch => ({
  ...(whose === 'all' && { whose }),
  ...(only === 'open' && { only }),
})

export function stripped(search: FilesSearch): FilesSearch {
  return Object.fromEntries(
    Object.entries(search).filter(([, value]) => value !== undefined && value !== '' && value !== false),
  )
}

/** `4 folders, 12 files`; folders only when there are some. */
export function countOf(folders: number, files: number): string {
  return folders === 0 ? formatCount(files, 'file') : `${formatCount(folders, 'folder')}, ${formatCount(files, 'file')}`
}

/** Where the keyboard is: known at once, written to the address when it rests. */
export function useAt(
  search: FilesSearch,
  setSearch: SetFilesSearch,
): [at: string | undefined, setAt: (fileId: string) => void] {
  const [at, setAt] = useState(search.at)
  const written = useRef(search.at)
  const set = useRef(setSearch)
  set.current = setSearch
  useEffect(() => {
    if (search.at === written.current) return
    written.current = search.at
    setAt(search.at)
  }, [search.at])
  useEffect(() => {
    if (at === written.current) return
    const timer = setTimeout(() => {
      written.current = at
      set.current({ at }, { replace: true })
    }, AT_REST_MS)
    return () => clearTimeout(timer)
  }, [at])
  return [at, useCallback((fileId: string) => setAt(fileId), [])]
}
