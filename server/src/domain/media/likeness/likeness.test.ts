import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import sharp from 'sharp'
import { makeOrganization, makeUser } from '../../../../test/make.ts'
import { startTestPlatform, type TestPlatform } from '../../../../test/platform.ts'
import { startProcessing, type Processing } from '../../../../test/processing.ts'
import { makeStoredFile } from '../../../../test/stored.ts'
import type { UserActor } from '../../../platform/actor.ts'
import { colourOf } from '../../files/index.ts'
import { bandsOf, distanceOf, mainColours, MOST_APART, probesOf } from './rules.ts'

const PATIENCE_MS = 60_000

describe('what pictures look like', () => {
  let t: TestPlatform
  let processing: Processing
  let owner: UserActor
  let organizationId: string

  before(async () => {
    t = await startTestPlatform()
    owner = await makeUser(t.platform)
    organizationId = (await makeOrganization(t.platform, owner)).id
    processing = await startProcessing(t)
  })
  after(async () => {
    await processing.stop()
    await t.stop()
  })

  async function lookOf(name: string, bytes: Buffer) {
    const { blobId } = await makeStoredFile(t.platform, { organizationId, uploader: owner, name, bytes })
    for (let waited = 0; waited < PATIENCE_MS; waited += 50) {
      const step = await t.platform.db
        .selectFrom('step')
        .select('status')
        .where('blob_id', '=', blobId)
        .where('name', '=', 'hash')
        .executeTakeFirst()
      if (step?.status === 'done')
        return t.platform.db.selectFrom('look').selectAll().where('blob_id', '=', blobId).executeTakeFirstOrThrow()
      assert.ok(
        step === undefined || step.status === 'waiting' || step.status === 'running',
        `${name}: ${step?.status}`,
      )
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    throw new Error(`${name} has not been looked at`)
  }

  test('is kept through another size, format and quality, and is another for another picture', async () => {
    const picture = await scene(7)
    const first = await lookOf('first.png', await sharp(picture).png().toBuffer())
    assert.match(first.hash ?? '', /^[01]{64}$/)
    const others = {
      'smaller.jpg': await sharp(picture).resize(500).jpeg({ quality: 60 }).toBuffer(),
      'poor.jpg': await sharp(picture).jpeg({ quality: 12 }).toBuffer(),
      'brighter.webp': await sharp(picture).modulate({ brightness: 1.15 }).webp().toBuffer(),
      'grey.png': await sharp(picture).greyscale().png().toBuffer(),
    }
    for (const [name, bytes] of Object.entries(others)) {
      const look = await lookOf(name, bytes)
      assert.ok(distanceOf(look.hash ?? '', first.hash ?? '') <= MOST_APART, name)
      assert.equal(look.likeness_id, first.likeness_id, name)
    }
    const dusk = await lookOf('dusk.png', await sharp(picture).modulate({ hue: 180 }).png().toBuffer())
    assert.ok(distanceOf(dusk.hash ?? '', first.hash ?? '') <= MOST_APART)
    assert.notEqual(dusk.likeness_id, first.likeness_id, `${dusk.colours.join()} and ${first.colours.join()}`)
    for (const seed of [8, 9, 10]) {
      const other = await lookOf(
        `other ${seed}.jpg`,
        await sharp(await scene(seed))
          .jpeg()
          .toBuffer(),
      )
      assert.notEqual(other.likeness_id, first.likeness_id)
    }
  })

  test('is nothing where there is nothing to see, but has its colour', async () => {
    const plain = (background: string) =>
      sharp({ create: { width: 400, height: 300, channels: 3, background } })
        .png()
        .toBuffer()
    const [white, red] = [
      await lookOf('white.png', await plain('#fff')),
      await lookOf('red.png', await plain('#d42222')),
    ]
    assert.deepEqual([white.hash, white.likeness_id, red.likeness_id], [null, null, null])
    assert.deepEqual([white.colours, red.colours], [['white'], ['red']])
  })

  test('is asked for by quarters that miss nothing so near', () => {
    const hash = Array.from({ length: 64 }, (_, index) => (index % 3 === 0 ? '1' : '0'))
    for (let round = 0; round < 500; round++) {
      const other = [...hash]
      for (let bit = 0; bit < MOST_APART; bit++) {
        const at = (round * 31 + bit * 17 + round * bit * 7) % 64
        other[at] = other[at] === '1' ? '0' : '1'
      }
      const bands = bandsOf(other.join(''))
      assert.ok(bandsOf(hash.join('')).some((band, index) => probesOf(band).includes(bands[index] ?? -1)))
    }
  })

  test('names colours as an eye would', () => {
    const cases: [[number, number, number], string][] = [
      [[255, 0, 0], 'red'],
      [[30, 144, 255], 'blue'],
      [[250, 250, 245], 'white'],
      [[10, 10, 12], 'black'],
      [[34, 120, 40], 'green'],
      [[255, 140, 0], 'orange'],
      [[110, 70, 40], 'brown'],
      [[255, 105, 180], 'pink'],
      [[128, 0, 160], 'purple'],
      [[0, 150, 150], 'teal'],
      [[255, 225, 50], 'yellow'],
      [[140, 140, 140], 'grey'],
    ]
    for (const [rgb, colour] of cases) assert.equal(colourOf(rgb), colour, String(rgb))
    const shades = [
      { rgb: [250, 0, 0] as [number, number, number], share: 0.5 },
      { rgb: [0, 0, 0] as [number, number, number], share: 0.45 },
      { rgb: [0, 120, 30] as [number, number, number], share: 0.05 },
    ]
    assert.deepEqual(mainColours(shades, colourOf), ['red', 'black'])
  })
})

/** Overlapping soft shapes on a gradient, other ones for each seed. */
function scene(seed: number): Promise<Buffer> {
  let state = seed * 2_654_435_761
  const random = (below: number) => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32
    return Math.floor((state / 2 ** 32) * below)
  }
  const shapes = Array.from(
    { length: 14 },
    () =>
      `<ellipse cx="${random(1200)}" cy="${random(800)}" rx="${60 + random(300)}" ry="${40 + random(240)}" fill="rgb(${random(256)},${random(256)},${random(256)})" opacity="0.85"/>`,
  )
  return sharp(
    Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="800"><rect width="1200" height="800" fill="#8ab"/>${shapes.join('')}</svg>`,
    ),
  )
    .png()
    .toBuffer()
}
