import assert from 'node:assert/strict'
import { test } from 'node:test'
import sharp from 'sharp'
import { catalogue } from './catalogue.ts'
import { names } from './names.ts'
import { corners, picture, storedAs } from './picture.ts'

test('every specimen has a name of its own and the members that its outcome needs', () => {
  assert.equal(new Set(catalogue.map((specimen) => specimen.name)).size, catalogue.length)
  assert.ok(catalogue.length >= 300, `${catalogue.length}`)
  for (const { name, outcome, problem } of catalogue) assert.ok(problem === undefined || outcome === 'refused', name)
})

test('specimens that are not slow are made, small, and the same each time', async () => {
  const sampled = catalogue.filter((specimen, i) => !specimen.isSlow && i % 7 === 0)
  for (const specimen of sampled) {
    const [bytes, again] = [await specimen.make(), await specimen.make()]
    assert.ok(bytes.length < 5_000_000, `${specimen.name}: ${bytes.length}`)
    // Muxers write times of their own into fragmented clips, so recordings are only alike, not equal.
    const isRecorded = specimen.durationMs !== undefined || /\.(mp4|mov|m4a|mkv|webm)$/.test(specimen.name)
    const isAlike = isRecorded ? Math.abs(bytes.length - again.length) < bytes.length / 10 : bytes.equals(again)
    assert.ok(isAlike, `${specimen.name} differs from one making to the next`)
  }
})

test('a viewer that applies the orientation sees the corners where they belong', async () => {
  for (let orientation = 1; orientation <= 8; orientation++) {
    const { rgb, widthPixels: width, heightPixels: height } = storedAs(picture(100, 60), orientation)
    const stored = sharp(rgb, { raw: { width, height, channels: 3 } })
    const png = await stored.withMetadata({ orientation }).png().toBuffer()
    const { data: seen, info: size } = await sharp(png).autoOrient().raw().toBuffer({ resolveWithObject: true })
    assert.deepEqual([size.width, size.height], [100, 60])
    assert.deepEqual([...seen.subarray(0, 3)], corners.topLeft, `orientation ${orientation}`)
    assert.deepEqual([...seen.subarray(99 * 3, 100 * 3)], corners.topRight, `orientation ${orientation}`)
  }
})

test('names are judged by the rule in the domain, each once', () => {
  assert.ok(names.length >= 200)
  assert.equal(new Set(names.map(({ name }) => name)).size, names.length)
  for (const { name, isAccepted } of names) {
    const length = [...name].length
    const isName = name.trim() !== '' && length <= 255 && name !== '.' && name !== '..' && name.isWellFormed()
    // eslint-disable-next-line no-control-regex
    assert.equal(isName && !/[\u0000-\u001f\u007f-\u009f/\\]/.test(name), isAccepted, JSON.stringify(name.slice(0, 80)))
  }
})
