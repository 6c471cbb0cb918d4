import assert from 'node:assert/strict'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { typeOfExtension } from '@trove/contract/media-types'
import ExifReader from 'exifreader'
import sharp from 'sharp'
import { encode } from './encode.ts'
import { withExif } from './exif.ts'
import { invoice } from './invoice.ts'
import { deliverables, shotList } from './notes.ts'
import { storyboard, treatment } from './papers.ts'
import { photos } from './photos/roster.ts'
import { pieces } from './plan.ts'
import { randomFrom } from './random.ts'
import { told } from './story.ts'

test('the plan names each piece once, under an extension that fits its type', () => {
  assert.equal(new Set(pieces.map(({ name }) => name)).size, pieces.length)
  assert.ok(pieces.length >= 60 && pieces.length <= 80, `${pieces.length}`)
  for (const { name, mediaType } of pieces) assert.equal(typeOfExtension(name)?.mediaType, mediaType, name)
  const inPlan = pieces.filter(({ made }) => made === 'photo').map(({ name }) => name)
  assert.deepEqual(inPlan.toSorted(), photos.map(({ name }) => name).toSorted())
})

test('what is told is told of files that there are', () => {
  const names = new Set(pieces.map(({ name }) => name))
  for (const { title, files, captions = files } of told) {
    assert.deepEqual(
      files.filter((name) => !names.has(name)),
      [],
      title,
    )
    assert.equal(captions.length, files.length, title)
  }
})

test('a photograph of each kind is drawn, not flat, and the same each time', async () => {
  const kinds = [
    'First snow.jpg',
    'Lake Orrin 4 golden.jpg',
    'Summer wood.jpg',
    'Citrus.jpg',
    'Dahlia.jpg',
    'River city, dusk.jpg',
  ]
  for (const name of kinds) {
    const photo = photos.find((candidate) => candidate.name === name)
    assert.ok(photo, name)
    const raw = { raw: { width: 96, height: 64, channels: 3 } } as const
    const pixels = photo.draw(96, 64)
    const { channels } = await sharp(pixels, raw).stats()
    assert.ok(Math.max(...channels.map(({ stdev }) => stdev)) > 12, `${name} is flat`)
    assert.ok(pixels.equals(photo.draw(96, 64)), `${name} differs from one time to the next`)
  }
})

test('camera facts are read back as they were written', async () => {
  const blank = await sharp({ create: { width: 8, height: 6, channels: 3, background: '#456' } })
    .jpeg()
    .toBuffer()
  const facts = {
    make: 'Halden',
    model: 'Halden M5',
    takenAt: '2026-05-04T12:30:00',
    exposure: [1, 250],
    aperture: 2.8,
    iso: 400,
    orientation: 6,
    latitude: -33.5,
    longitude: 151.25,
  } as const
  const { exif = {}, gps } = ExifReader.load(withExif(blank, { ...facts, exposure: [1, 250] }), { expanded: true })
  assert.deepEqual(exif['Model']?.value, ['Halden M5'])
  assert.deepEqual(exif['DateTimeOriginal']?.value, ['2026:05:04 12:30:00'])
  assert.deepEqual(exif['ExposureTime']?.value, [1, 250])
  assert.deepEqual([exif['FNumber']?.value, exif['ISOSpeedRatings']?.value], [[28, 10], 400])
  assert.equal(exif['Orientation']?.value, 6)
  assert.deepEqual([gps?.Latitude, gps?.Longitude], [-33.5, 151.25])
})

test('papers are the same each time', () => {
  for (const make of [treatment, invoice, storyboard, shotList, deliverables]) assert.ok(make().equals(make()))
})

test('a recording that cannot be written says so', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'trove-encode-'))
  const audio = { encoder: 'aac', sampleRate: 48_000, channels: 1, durationMs: 100, sound: () => 0 } as const
  await encode({ path: join(folder, 'a.m4a'), container: 'ipod', audio })
  assert.ok((await stat(join(folder, 'a.m4a'))).size > 500)
  await assert.rejects(
    encode({ path: join(folder, 'b.mp4'), container: 'mp4', audio: { ...audio, encoder: 'none' } }),
    /no encoder none/,
  )
  await assert.rejects(
    encode({ path: join(folder, 'absent', 'c.m4a'), container: 'ipod', audio }),
    /cannot write there/,
  )
  await rm(folder, { recursive: true })
})

test('the same seed gives the same numbers', () => {
  const [a, b] = [randomFrom('x'), randomFrom('x')]
  assert.deepEqual(Array.from({ length: 9 }, a), Array.from({ length: 9 }, b))
  assert.notEqual(randomFrom('y')(), randomFrom('x')())
})
