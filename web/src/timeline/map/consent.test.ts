import { beforeEach, expect, test, vi } from 'vitest'

const kept = new Map<string, string>()
let hear: ((event: { key: string; newValue: string }) => void)[] = []

// A device that remembers, and a page that is opened anew on it.
beforeEach(() => {
  kept.clear()
  hear = []
  vi.stubGlobal('addEventListener', (_: string, listener: (typeof hear)[number]) => hear.push(listener))
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  })
  vi.stubGlobal('document', {
    addEventListener: () => undefined,
    visibilityState: 'visible',
    baseURI: 'http://a.example/',
  })
})

async function openPage() {
  vi.resetModules()
  return (await import('./consent.ts')).answerOf
}

const [TILES, OTHERS] = ['https://tiles.example.org', 'https://others.example.org']

test('a yes is for one person and one origin, and is remembered', async () => {
  const answerOf = await openPage()
  expect(answerOf('ada', TILES).get()).toBe('not-asked')
  answerOf('ada', TILES).set('yes')
  const later = await openPage()
  expect(later('ada', TILES).get()).toBe('yes')
  expect(later('bob', TILES).get()).toBe('not-asked')
  expect(later('ada', OTHERS).get()).toBe('not-asked')
})

test('a yes is taken back, and anything else that is kept is no yes', async () => {
  const answerOf = await openPage()
  answerOf('ada', TILES).set('yes')
  answerOf('ada', TILES).set('no')
  expect((await openPage())('ada', TILES).get()).toBe('no')
  for (const [key] of kept) kept.set(key, 'true')
  expect((await openPage())('ada', TILES).get()).toBe('not-asked')
})

test('a yes that is taken back in another tab is taken back in this one', async () => {
  const answerOf = await openPage()
  answerOf('ada', TILES).set('yes')
  const [key = ''] = kept.keys()
  for (const listener of hear) listener({ key, newValue: 'no' })
  expect(answerOf('ada', TILES).get()).toBe('no')
})
