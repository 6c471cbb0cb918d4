import { createStore } from '../lib/store.ts'
import { ID_FORM } from '../lib/ids.ts'

/** Where in what is shared somebody is. It stands in the address beside the secret, so back and reload find it. */
export type Spot = { folderId?: string; fileId?: string }

const NAMES = { folderId: 'folder', fileId: 'open' } as const

function spotOf(search: string): Spot {
  const given = new URLSearchParams(search)
  const found: Spot = {}
  for (const key of ['folderId', 'fileId'] as const) {
    const id = given.get(NAMES[key])
    if (id !== null && ID_FORM.test(id)) found[key] = id
  }
  return found
}

export const spot = createStore<Spot>(spotOf(location.search))
addEventListener('popstate', () => spot.set(spotOf(location.search)))

/** Goes there, with a way back unless it only takes the place of where one is. */
export function goTo(next: Spot, { replaces = false } = {}): void {
  const search = new URLSearchParams()
  for (const key of ['folderId', 'fileId'] as const) {
    const id = next[key]
    if (id !== undefined) search.set(NAMES[key], id)
  }
  const address = `${location.pathname}${search.size === 0 ? '' : `?${search}`}${location.hash}`
  if (replaces) history.replaceState(history.state, '', address)
  else history.pushState(null, '', address)
  spot.set(next)
}
