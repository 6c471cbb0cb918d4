import type { Right } from '@trove/contract/access'
import { createStore } from '../lib/store.ts'

/** A file or a folder that is shared. */
export type Shared = { id: string; kind: 'file' | 'folder'; name: string; rights: readonly Right[] }

/** What the share dialog is open for. */
export type Sharing = { organizationId: string; resources: readonly Shared[] }

/** The dialog, wherever it was asked for. */
export const sharing = createStore<Sharing | undefined>(undefined)

export const subjectName = ({ resources }: Pick<Sharing, 'resources'>): string => {
  const [first] = resources
  if (resources.length === 1 && first !== undefined) return first.name
  return `${resources.length} files`
}
