import type { File } from '@trove/contract/files'
import { assert, describe, test, vi } from 'vitest'

vi.mock('../lib/place.ts', () => ({ apiUrl: (path: string) => `/api${path}` }))
vi.mock('../lib/api.ts', () => ({
  pathOf: ({ path }: { path: string }, { params }: { params: Record<string, string> }) =>
    path.replace(/:(\w+)/g, (_, name: string) => params[name] ?? ''),
}))
const { picturesOf, stageOf } = await import('./sources.ts')

const file = (changes: Partial<File>): File => ({
  id: 'f',
  organizationId: 'o',
  name: 'a.jpg',
  kind: 'image',
  mediaType: 'image/jpeg',
  sizeBytes: 10,
  sha256: 'abcdef0123',
  versionId: 'v',
  status: 'ready',
  variants: [],
  createdAt: '',
  happenedAt: '',
  happenedFrom: 'upload',
  createdBy: { id: 'u', name: 'U' },
  rights: [],
  ...changes,
})
const large = { name: 'large' as const, mediaType: 'image/webp', widthPixels: 1200, heightPixels: 900, sizeBytes: 1 }
const thumbnail = { ...large, name: 'thumbnail' as const, widthPixels: 200, heightPixels: 150 }

describe('how a file is shown', () => {
  test('by its kind', () => {
    assert.strictEqual(stageOf(file({ kind: 'video', mediaType: 'video/mp4' })), 'video')
    assert.strictEqual(stageOf(file({ kind: 'document', mediaType: 'application/pdf' })), 'pdf')
    assert.strictEqual(stageOf(file({ kind: 'text', mediaType: 'text/plain' })), 'text')
    assert.strictEqual(stageOf(file({ kind: 'archive', mediaType: 'application/zip' })), 'tile')
  })
  test('a long text, and an image that no browser shows and nothing was made of, can only be downloaded', () => {
    assert.strictEqual(stageOf(file({ kind: 'text', mediaType: 'text/plain', sizeBytes: 5e6 })), 'tile')
    assert.strictEqual(stageOf(file({ mediaType: 'image/heic' })), 'tile')
    assert.strictEqual(stageOf(file({ mediaType: 'image/heic', variants: [large] })), 'image')
  })
  test('an infected file is not shown at all', () =>
    assert.strictEqual(stageOf(file({ status: 'infected', variants: [large] })), 'tile'))
})

describe('which picture', () => {
  test('the largest that was made, then the original when somebody looks closer', () => {
    const { first, original } = picturesOf(
      file({ variants: [thumbnail, large], widthPixels: 4000, heightPixels: 3000 }),
    )
    assert.match(first ?? '', /variants\/large/)
    assert.match(original ?? '', /content/)
  })
  test('never an original that browsers cannot show, or that would not fit into memory', () => {
    assert.strictEqual(
      picturesOf(file({ mediaType: 'image/tiff', variants: [large], widthPixels: 4000, heightPixels: 3000 })).original,
      undefined,
    )
    assert.strictEqual(
      picturesOf(file({ variants: [large], widthPixels: 20_000, heightPixels: 20_000 })).original,
      undefined,
    )
  })
  test('the original at once while nothing has been made', () =>
    assert.match(picturesOf(file({})).first ?? '', /content/))
  test('no original where the picture made of it is as large', () => {
    assert.strictEqual(
      picturesOf(file({ variants: [large], widthPixels: 1200, heightPixels: 900 })).original,
      undefined,
    )
  })
})
