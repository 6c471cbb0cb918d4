import { useEffect, useRef } from 'react'

/**
 * One key or combination that does something.
 * `keys` as written in the code: `u`, `/`, `?`, `Delete`, `ArrowLeft`, `Space`, `mod+a` (Ctrl, or Command on a Mac), `shift+ArrowLeft`.
 */
export type Shortcut = {
  keys: string
  /** What it does, for the list of shortcuts; shortcuts without a label are not listed. */
  label?: string
  group?: string
  run: (event: KeyboardEvent) => void
  /** Whether it works now; it is listed either way. */
  when?: () => boolean
}

type Layer = { shortcuts: readonly Shortcut[]; isModal: boolean }
const layers: Layer[] = []

/**
 * Makes shortcuts work while the component is there.
 * A modal layer (a dialog, the viewer) silences everything below it.
 */
export function useShortcuts(shortcuts: readonly Shortcut[], { isModal = false, isOn = true } = {}): void {
  const current = useRef(shortcuts)
  current.current = shortcuts
  useEffect(() => {
    if (!isOn) return
    const layer: Layer = {
      get shortcuts() {
        return current.current
      },
      isModal,
    }
    layers.push(layer)
    if (layers.length === 1) document.addEventListener('keydown', dispatch)
    return () => {
      layers.splice(layers.indexOf(layer), 1)
      if (layers.length === 0) document.removeEventListener('keydown', dispatch)
    }
  }, [isModal, isOn])
}

/** Everything that has a label, grouped, each group in the order it was declared. Layers below a modal one count too. */
export function listShortcuts(): Map<string, { label: string; keys: string[] }[]> {
  const groups = new Map<string, { label: string; keys: string[] }[]>()
  for (const { label, group = 'Everywhere', keys } of layers.flatMap((layer) => layer.shortcuts)) {
    if (label === undefined) continue
    const listed = groups.get(group) ?? []
    groups.set(group, listed)
    const known = listed.find((line) => line.label === label)
    if (known === undefined) listed.push({ label, keys: [keys] })
    else if (!known.keys.includes(keys)) known.keys.push(keys)
  }
  return groups
}

/** Whether an event is the combination. */
export function matches(
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>,
  keys: string,
): boolean {
  const parts = partsOf(keys)
  const key = parts.at(-1) ?? ''
  const wantsMod = parts.includes('mod')
  if ((event.ctrlKey || event.metaKey) !== wantsMod || event.altKey) return false
  const pressed = event.key === ' ' ? 'Space' : event.key
  // Signs such as ? need Shift on some keyboards and not on others: only letters and named keys ask about it.
  const asksShift = key.length > 1 || /[a-z]/i.test(key)
  if (asksShift && event.shiftKey !== parts.includes('shift')) return false
  return pressed.toLowerCase() === key.toLowerCase()
}

/** The parts of a combination as they stand on the keys here: `Ctrl` `A`, or `⌘` `A` on a Mac. */
export function keyCaps(keys: string, isMac = /Mac|iP(hone|ad)/.test(navigator.platform)): string[] {
  return partsOf(keys).map((part) => {
    if (part === 'mod') return isMac ? '⌘' : 'Ctrl'
    return CAPS[part] ?? (part.length === 1 ? part.toUpperCase() : part)
  })
}

/** `mod+a` is two keys, `+` alone is one. */
const partsOf = (keys: string) => (keys === '+' ? ['+'] : keys.split('+'))

const CAPS: Record<string, string> = {
  shift: '⇧',
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Delete: 'Del',
  Escape: 'Esc',
  Enter: '↵',
}

function dispatch(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || isTyping(event.target) || isPressing(event)) return
  for (let i = layers.length - 1; i >= 0; i -= 1) {
    const layer = layers[i]
    if (layer === undefined) continue
    const shortcut = layer.shortcuts.find((one) => matches(event, one.keys) && (one.when?.() ?? true))
    if (shortcut !== undefined) {
      event.preventDefault()
      shortcut.run(event)
      return
    }
    if (layer.isModal) return
  }
}

/** Enter and the space bar press the button that has the keyboard, and do nothing else then. */
function isPressing({ key, target }: KeyboardEvent): boolean {
  if (key !== 'Enter' && key !== ' ') return false
  return (
    target instanceof Element &&
    target.closest('button, a[href], summary, input, [role=checkbox], [role=radio], [role=switch]') !== null
  )
}

/** Fields keep their keys, and so does an open menu. */
function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target.matches('textarea, select')) return true
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'button', 'range'].includes(target.type)
  return target.closest('[role=menu], [role=listbox]') !== null
}
