import { createContext, use, type ReactNode } from 'react'
import { createPortal } from 'react-dom'

/** Where in the frame of the page a place may put what belongs to it: its name, its search, its actions. */
export type BarSlots = { title: HTMLElement | null; search: HTMLElement | null; actions: HTMLElement | null }

export const BarContext = createContext<BarSlots>({ title: null, search: null, actions: null })

/** Puts children into the bar over the place. */
export function Bar({ slot, children }: { slot: keyof BarSlots; children: ReactNode }) {
  const element = use(BarContext)[slot]
  return element === null ? null : createPortal(children, element)
}
