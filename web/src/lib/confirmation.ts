import { createStore } from './store.ts'

/** What waits for somebody to show that it is them; undefined when nothing does. */
export const confirmation = createStore<{ answer: (isConfirmed: boolean) => void } | undefined>(undefined)

let asked: Promise<boolean> | undefined

/** Asks whoever is there to show that it is them. All that wait at the same time are answered together. */
export function askToConfirm(): Promise<boolean> {
  asked ??= new Promise<boolean>((resolve) => {
    confirmation.set({
      answer(isConfirmed) {
        asked = undefined
        confirmation.set(undefined)
        resolve(isConfirmed)
      },
    })
  })
  return asked
}
