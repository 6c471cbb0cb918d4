import type { Right } from '@trove/contract/access'
import { createStore } from '../lib/store.ts'

/** What is shared: a file, a folder, or an event with the files that it shows. */
export type Shared = {
  id: string
  kind: 'file' | 'folder' | 'event'
  name: string
  /** Held on it, and on each of `fileIds`. */
  rights: readonly Right[]
  /** Files that are given and taken back along with it: showing a file gives nobody a right on it. */
  fileIds?: readonly string[]
}

/** What the share dialog is open for. */
export type Sharing = {
  organizationId: string
  resources: readonly Shared[]
  /** So many files are not the person's to share, and stay out. */
  leftOut?: number
}

/** The dialog, wherever it was asked for. */
export const sharing = createStore<Sharing | undefined>(undefined)

export const subjectName = ({ resources }: Pick<Sharing, 'resources'>): string => {
  const [first] = resources
  if (resources.length === 1 && first !== undefined) return first.name
  return `${resources.length} ${first?.kind === 'event' ? 'events' : 'files'}`
}

/** All that is given together. */
export const givenIds = ({ resources }: Pick<Sharing, 'resources'>): string[] => [
  ...new Set(resources.flatMap(({ id, fileIds = [] }) => [id, ...fileIds])),
]
