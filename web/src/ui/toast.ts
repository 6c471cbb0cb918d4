import { createStore } from '../lib/store.ts'

export type Toast = {
  id: number
  title: string
  detail?: string
  tone?: 'plain' | 'danger' | 'success'
  /** What the toast offers; `isUndo` lets the undo key find it. */
  action?: { label: string; isUndo?: boolean; run: () => void }
  /** 0 stays until closed. */
  forMs?: number
}

const FOR_MS = 6_000
const FOR_UNDO_MS = 10_000
const AT_MOST = 3

export const toasts = createStore<readonly Toast[]>([])
let last = 0

/** Says what happened. @returns a function that takes it away again */
export function toast(said: Omit<Toast, 'id'>): () => void {
  last += 1
  const id = last
  toasts.set((now) => [...now, { ...said, id }].slice(-AT_MOST))
  const forMs = said.forMs ?? (said.action === undefined ? FOR_MS : FOR_UNDO_MS)
  if (forMs > 0) setTimeout(() => closeToast(id), forMs)
  return () => closeToast(id)
}

export function closeToast(id: number): void {
  toasts.set((now) => now.filter((one) => one.id !== id))
}

/** Undoes what the newest toast still offers to undo. @returns whether there was one */
export function undoLast(): boolean {
  const undoable = toasts.get().findLast((one) => one.action?.isUndo === true)
  if (undoable === undefined) return false
  closeToast(undoable.id)
  undoable.action?.run()
  return true
}
