import { createStore, type Store } from './store.ts'

/** A small choice that this device remembers. Falls back to memory where storage is refused. */
export function createKept<T extends string>(key: string, words: readonly T[], initial: T): Store<T> {
  const store = createStore<T>(read())
  store.subscribe(() => {
    try {
      localStorage.setItem(key, store.get())
    } catch {
      // Holds until the page is closed.
    }
  })
  return store

  function read(): T {
    try {
      const kept = localStorage.getItem(key)
      return words.find((word) => word === kept) ?? initial
    } catch {
      return initial
    }
  }
}
