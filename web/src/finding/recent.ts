import { createStore } from '../lib/store.ts'

const MOST = 8
const KEY = 'trove.searches'

/** What was searched for on this device, the newest first. It is told to nobody. */
export const recentSearches = createStore<readonly string[]>(read())

export function rememberSearch(text: string): void {
  const words = text.trim()
  if (words === '') return
  recentSearches.set((now) => [words, ...now.filter((one) => one !== words)].slice(0, MOST))
  keep()
}

export function forgetSearches(): void {
  recentSearches.set([])
  keep()
}

function keep(): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(recentSearches.get()))
  } catch {
    // Holds until the page is closed.
  }
}

function read(): readonly string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]')
    return Array.isArray(kept) ? kept.filter((one) => typeof one === 'string').slice(0, MOST) : []
  } catch {
    return []
  }
}
