import type { Folder } from '@trove/contract/folders'
import { createStore } from '../lib/store.ts'
import type { Load, Target } from './model.ts'

/** A folder that is being made, and where, or whose name is being edited. */
export type Naming = { kind: 'new'; organizationId: string; parent: Target } | { kind: 'rename'; folder: Folder }

/** The dialog for a name, wherever that was asked for. */
export const naming = createStore<Naming | undefined>(undefined)

/** What a place is being chosen for. */
export const moving = createStore<Load | undefined>(undefined)

/** What the pointer carries. */
export const dragged = createStore<Load | undefined>(undefined)
