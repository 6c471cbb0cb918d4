import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isAnswerTo } from './answers.ts'
import type { MakeRequest } from './rendering.ts'

const file = { path: '/in/original', sizeBytes: 1, mediaType: 'image/jpeg' }
const bytes = new Uint8Array(8)
const thumbnail = { name: 'thumbnail', widthPixels: 200, heightPixels: 100, bytes }
const rendered = (summary: object = {}, variants: unknown = [thumbnail]) =>
  isAnswerTo(file, { ok: true, summary: { facts: {}, ...summary }, variants })
const made = (make: MakeRequest['make'], facts: unknown, variants: unknown = []) =>
  isAnswerTo({ ...file, make, outputFolder: '/out' }, { ok: true, facts, variants })

describe('what the media child answers', () => {
  test('is taken when it is what was asked for', () => {
    assert.ok(rendered({ widthPixels: 1, heightPixels: 1, blur: bytes, facts: { title: 'Hall', keywords: ['a'] } }))
    assert.ok(isAnswerTo(file, { ok: false, failure: 'It is damaged.' }))
    assert.ok(isAnswerTo(file, { fault: 'no room' }))
    assert.ok(isAnswerTo({ ...file, becomes: 'image/png', outputPath: '/out/a' }, { ok: true }))
    assert.ok(made('text', { passages: [{ number: 1, content: 'Words' }], isCut: false }))
    assert.ok(made('hash', { hash: '01'.repeat(32), colours: [{ rgb: [0, 0, 255], share: 1 }] }))
    assert.ok(
      made('pages', { pages: 2 }, [
        {
          name: 'page',
          number: 2,
          path: 'page-2.webp',
          widthPixels: 9,
          heightPixels: 9,
          facts: { widthPoints: 9.5, heightPoints: 9 },
        },
      ]),
    )
  })

  test('is not taken when it is nothing of the kind', () => {
    for (const answer of [undefined, null, 7, 'ok', [], {}, { ok: true }, { ok: 'yes' }, { ok: false }])
      assert.equal(isAnswerTo(file, answer), false, String(answer))
    assert.equal(isAnswerTo(file, { ok: true, facts: {}, variants: [] }), false, 'an answer to another request')
    assert.equal(made('scan', {}), false, 'a step that nothing makes')
  })

  test('names no variant that was not asked for, twice, of another type or of an impossible size', () => {
    const variants: object[] = [
      { name: 'proxy' },
      { name: 'sized' },
      { name: 'constructor' },
      { mediaType: 'text/html' },
      { mediaType: 'image/svg+xml' },
      { number: 1 },
      { widthPixels: -1 },
      { widthPixels: 0.5 },
      { heightPixels: 2 ** 31 },
      { heightPixels: Number.NaN },
      { bytes: 'bytes' },
      { bytes: undefined },
      { path: '/etc/passwd' },
      { objectKey: 'files/originals/x' },
      { sizeBytes: 1 },
    ]
    for (const wrong of variants) assert.equal(rendered({}, [{ ...thumbnail, ...wrong }]), false, JSON.stringify(wrong))
    assert.equal(rendered({}, [thumbnail, thumbnail]), false)
    assert.equal(made('hash', { colours: [] }, [thumbnail]), false)
  })

  test('says nothing that the database cannot hold, or that grows without end', () => {
    const round: Record<string, unknown> = { latitude: 1, longitude: 1 }
    round['round'] = round
    for (const wrong of [
      { pages: 999_999_999_999 },
      { durationMs: 1e22 },
      { durationMs: Number.POSITIVE_INFINITY },
      { blur: new Uint8Array(70_000) },
      { facts: { title: 'a\0b' } },
      { facts: { title: '\ud800' } },
      { facts: { title: 'a'.repeat(200_000) } },
      { facts: { exposureSeconds: Number.NaN } },
      { facts: { keywords: Array.from({ length: 1_000 }, () => 'word') } },
      { facts: { isAdministrator: true } },
      { facts: JSON.parse('{"__proto__":{"title":"a"}}') as object },
      { facts: { place: { latitude: 1, longitude: 1, more: 'x' } } },
      { facts: { place: round } },
      { facts: [] },
      { facts: 'facts' },
    ])
      assert.equal(rendered(wrong), false, Object.keys(wrong)[0])
    assert.equal(made('text', { passages: [{ number: 1, content: 'a\0' }], isCut: false }), false)
    assert.equal(made('text', { passages: [{ number: 2 ** 40, content: 'a' }], isCut: false }), false)
    assert.equal(made('text', {}), false)
    assert.equal(made('hash', { hash: "'; drop table look", colours: [] }), false)
    assert.equal(made('sheet', { counted: [] }), false)
  })
})
