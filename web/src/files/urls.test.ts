import type { File, Variant } from '@trove/contract/files'
import { assert, describe, test, vi } from 'vitest'

vi.mock('../lib/place.ts', () => ({ apiUrl: (path: string) => `/api${path}` }))
const { pictureSources } = await import('./urls.ts')

const variant = (name: Variant['name'], widthPixels: number, type = 'webp'): Variant => ({
  name,
  mediaType: `image/${type}`,
  widthPixels,
  heightPixels: (widthPixels * 3) / 4,
  sizeBytes: 1,
})
const all = [
  variant('thumbnail', 200),
  variant('medium', 800),
  variant('large', 1200),
  variant('medium', 800, 'avif'),
  variant('large', 1200, 'avif'),
  variant('large', 1200, 'jpeg'),
]
const file = (variants: Variant[]): Pick<File, 'id' | 'sha256' | 'variants'> => ({
  id: 'f',
  sha256: 'abcdef01',
  variants,
})
const box = (side: number) => ({ width: side, height: side, fit: 'cover' as const })

describe('the sources of a picture', () => {
  test('nothing while nothing has been made', () => {
    assert.strictEqual(pictureSources(file([]), box(200), 1), undefined)
  })
  test('a small box takes the thumbnail, and no larger picture of another format', () => {
    const sources = pictureSources(file(all), box(150), 1)
    assert.deepEqual(
      sources?.sets.map(({ type }) => type),
      ['image/webp'],
    )
    assert.match(sources?.sets[0]?.srcSet ?? '', /variants\/thumbnail\?v=abcdef01 200w/)
  })
  test('a large box is offered AVIF first, WebP after it, and a JPEG to whatever knows neither', () => {
    const sources = pictureSources(file(all), box(400), 2)
    assert.deepEqual(
      sources?.sets.map(({ type }) => type),
      ['image/avif', 'image/webp'],
    )
    assert.match(
      sources?.sets[0]?.srcSet ?? '',
      /medium\?v=abcdef01&format=avif 800w, .*large\?v=abcdef01&format=avif 1200w/,
    )
    assert.match(sources?.src ?? '', /large\?v=abcdef01&format=jpeg/)
  })
  test('no large picture of another format where a smaller one of this would do', () => {
    const onlyLarge = all.filter(({ name, mediaType }) => name !== 'medium' || mediaType !== 'image/avif')
    assert.deepEqual(
      pictureSources(file(onlyLarge), box(300), 1)?.sets.map(({ type }) => type),
      ['image/webp'],
    )
    assert.deepEqual(
      pictureSources(file(onlyLarge), box(1000), 1)?.sets.map(({ type }) => type),
      ['image/avif', 'image/webp'],
    )
  })
  test('how wide it is shown counts what is cut off: a box of 300 x 300 shows 400 of a picture of 4 to 3', () => {
    assert.strictEqual(pictureSources(file(all), box(300), 1)?.sizes, '320px')
    assert.strictEqual(pictureSources(file(all), { ...box(300), fit: 'contain' }, 1)?.sizes, '240px')
  })
})
