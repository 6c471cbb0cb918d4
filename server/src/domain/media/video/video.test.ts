import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import type { FileDetails, FrameGrid } from '@trove/contract/files'
import sharp from 'sharp'
import { bearer, makeMember, makeOrganization, makeUser } from '../../../../test/make.ts'
import { clip, corrupted, sound, truncated } from '../../../../test/media/make.ts'
import { startTestPlatform, type TestPlatform } from '../../../../test/platform.ts'
import { endOfStep, startProcessing, type Processing } from '../../../../test/processing.ts'
import { makeStoredFile } from '../../../../test/stored.ts'
import type { UserActor } from '../../../platform/actor.ts'
import { playsEverywhere, type Playing } from '../child/playable.ts'
import { playlistOf } from './playlist.ts'

const SETTLED_MS = 60_000
const LOOK_MS = 50

let t: TestPlatform
let processing: Processing
let owner: UserActor
let organizationId: string

const stored = (name: string, bytes: Buffer) =>
  makeStoredFile(t.platform, { organizationId, uploader: owner, name, bytes })

const endOf = (blobId: string, name: string) => endOfStep(t.platform, { blobId, name, withinMs: SETTLED_MS })

/** How the file itself has ended. */
async function settled(blobId: string) {
  for (let waited = 0; waited < SETTLED_MS; waited += LOOK_MS) {
    const version = await t.platform.db
      .selectFrom('version')
      .select(['status', 'failure'])
      .where('blob_id', '=', blobId)
      .where('status', 'in', ['ready', 'failed'])
      .executeTakeFirst()
    if (version !== undefined) return version
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  }
  throw new Error('the file has not been settled')
}

async function ask(actor: UserActor, path: string, headers: Record<string, string> = {}) {
  const { app } = await t.api()
  const url = `/api/files/${path}`
  return app.inject({ method: 'GET', url, headers: { ...(await bearer(t.platform, actor)), ...headers } })
}

describe('videos', () => {
  before(async () => {
    t = await startTestPlatform({ MEDIA_TIMEOUT_SECONDS: '20' })
    owner = await makeUser(t.platform)
    organizationId = (await makeOrganization(t.platform, owner)).id
    processing = await startProcessing(t)
  })

  after(async () => {
    await processing?.stop()
    await t?.stop()
  })

  test('one that browsers do not play gets a proxy and a sheet, both told with the file', async () => {
    const { id, blobId } = await stored('a.mov', await clip('prores', { frames: 60, rotation: 90 }))
    assert.deepEqual(
      [await endOf(blobId, 'proxy'), await endOf(blobId, 'sheet')].map(({ status }) => status),
      ['done', 'done'],
    )
    const { facts, variants } = (await ask(owner, id)).json<FileDetails>()
    assert.deepEqual(
      [facts.playsEverywhere, facts.frameCount, facts.frameRate, facts.rotation, facts.pixelFormat],
      [false, 60, { num: 25, den: 1 }, 90, 'yuv422p10le'],
    )
    assert.deepEqual(facts.audioTracks, [{ codec: 'pcm_s16le', channels: 2, sampleRate: 44_100 }])
    const proxy = variants.find(({ name }) => name === 'proxy')
    // Turned by the server: what it shows needs no turning.
    assert.deepEqual([proxy?.mediaType, proxy?.widthPixels, proxy?.heightPixels], ['video/mp4', 120, 160])
    const sheet = variants.find(({ name }) => name === 'sheet')
    const grid = sheet?.grid as FrameGrid
    assert.deepEqual([grid.frames, grid.columns, grid.rows], [5, 5, 1])
    const picture = await sharp((await ask(owner, `${id}/variants/sheet`)).rawPayload).metadata()
    assert.deepEqual([picture.width, picture.height], [5 * 120, 160])
  })

  test('a proxy goes out by ranges and as a playlist whose pieces are all of it, to those who may read alone', async () => {
    const { id, blobId } = await stored('b.mkv', await clip('mkv', { frames: 250 }))
    assert.equal((await endOf(blobId, 'proxy')).status, 'done')
    const whole = await ask(owner, `${id}/variants/proxy`)
    assert.deepEqual([whole.statusCode, whole.headers['content-type']], [200, 'video/mp4'])
    const playlist = await ask(owner, `${id}/stream.m3u8`)
    assert.equal(playlist.headers['content-type'], 'application/vnd.apple.mpegurl')
    const ranges = [...playlist.body.matchAll(/#EXT-X-BYTERANGE:(\d+)@(\d+)\n(.+)/g)]
    assert.ok(ranges.length > 1, playlist.body)
    let until = Number(ranges[0]?.[2])
    for (const [, bytes = '', at = '', address = ''] of ranges) {
      assert.equal(Number(at), until, 'one piece begins where the other ends')
      until += Number(bytes)
      const range = `bytes=${at}-${until - 1}`
      const piece = await ask(owner, `${id}/${address}`, { range })
      assert.equal(piece.statusCode, 206)
      assert.deepEqual(piece.rawPayload, whole.rawPayload.subarray(Number(at), until))
      assert.equal(piece.rawPayload.toString('latin1', 4, 8), 'moof')
    }
    const seconds = [...playlist.body.matchAll(/#EXTINF:([\d.]+)/g)].reduce((sum, [, each]) => sum + Number(each), 0)
    assert.ok(Math.abs(seconds - 10) < 0.1, `${seconds} s in all`)
    const stranger = await makeUser(t.platform)
    const member = await makeUser(t.platform)
    await makeMember(t.platform, organizationId, member, 'member')
    for (const nobody of [stranger, member])
      for (const path of ['variants/proxy', 'variants/sheet', 'stream.m3u8'])
        assert.equal((await ask(nobody, `${id}/${path}`)).statusCode, 404)
  })

  test('one that every browser plays gets none, and no playlist', async () => {
    const { id, blobId } = await stored('c.mp4', await clip('mp4'))
    assert.equal((await endOf(blobId, 'proxy')).status, 'skipped')
    assert.equal((await endOf(blobId, 'sheet')).status, 'done')
    assert.equal((await ask(owner, id)).json<FileDetails>().facts.playsEverywhere, true)
    assert.equal((await ask(owner, `${id}/stream.m3u8`)).statusCode, 404)
  })

  test('a proxy says nothing of who made the clip', async () => {
    const title = `secret-${createHash('sha256').update('title').digest('hex').slice(0, 12)}`
    for (const format of ['prores', 'mkv'] as const) {
      const { id, blobId } = await stored(
        `a.${format === 'mkv' ? 'mkv' : 'mov'}`,
        await clip(format, { title, seed: 7 }),
      )
      assert.equal((await endOf(blobId, 'proxy')).status, 'done')
      assert.equal((await ask(owner, `${id}/variants/proxy`)).rawPayload.includes(title), false)
    }
  })

  test('a clip of one frame, one cut short and a broken one end soon, with a reason, and never in their way', async () => {
    const whole = await clip('prores', { frames: 30, seed: 3 })
    const shortest = await stored('one.mov', await clip('prores', { frames: 1, isSilent: true }))
    assert.equal((await settled(shortest.blobId)).status, 'ready')
    assert.deepEqual(
      [(await endOf(shortest.blobId, 'proxy')).status, (await endOf(shortest.blobId, 'sheet')).status],
      ['done', 'done'],
    )
    for (const [name, bytes] of [
      ['cut.ts', truncated(await clip('ts', { frames: 30 }), 0.5)],
      ['cut.mov', truncated(whole, 0.6)],
      ['flipped.mov', corrupted(whole, 5, 400, 4_000)],
    ] as const) {
      const { blobId } = await stored(name, bytes)
      const { status, failure } = await settled(blobId)
      if (status === 'failed') {
        assert.match(failure ?? '', /^[A-Z].+\.$/)
        continue
      }
      for (const step of ['proxy', 'sheet']) {
        const end = await endOf(blobId, step)
        assert.ok(end.status !== 'failed' || /^[A-Z].+\.$/.test(end.failure ?? ''), `${name}: ${end.failure}`)
      }
    }
  })

  test('sound alone in a container of videos has neither sheet nor proxy', async () => {
    const { blobId } = await stored('sound.mp4', await sound('mp4'))
    assert.equal((await settled(blobId)).status, 'ready')
    const asked = await t.platform.db
      .selectFrom('step')
      .select(['name', 'status'])
      .where('blob_id', '=', blobId)
      .where('name', 'in', ['sheet', 'proxy'])
      .execute()
    for (const { name } of asked) assert.equal((await endOf(blobId, name)).status, 'skipped')
  })

  test('which originals every browser plays is told by container, codec, profile, bits and sound', () => {
    const plain: Playing = {
      container: 'mov',
      videoCodec: 'h264',
      pixelFormat: 'yuv420p',
      profile: 100,
      level: 41,
      audioCodecs: ['aac'],
    }
    const plays = (more: Partial<Playing>, mediaType = 'video/mp4') => playsEverywhere({ ...plain, ...more }, mediaType)
    assert.ok(plays({}) && plays({ audioCodecs: [] }) && plays({ audioCodecs: ['mp3'] }, 'video/quicktime'))
    assert.ok(plays({ container: 'matroska', videoCodec: 'vp9', audioCodecs: ['opus'] }, 'video/webm'))
    for (const other of [
      { audioCodecs: ['pcm_s16le'] },
      { audioCodecs: ['aac', 'ac3'] },
      { videoCodec: 'hevc' },
      { videoCodec: 'av1' },
      { pixelFormat: 'yuv420p10le', profile: 110 },
      { pixelFormat: 'yuv422p', profile: 122 },
      { container: 'matroska' },
      { container: 'mpegts' },
      { level: 60 },
    ])
      assert.equal(plays(other), false, JSON.stringify(other))
    assert.equal(plays({ container: 'matroska', videoCodec: 'vp9' }, 'video/matroska'), false)
  })

  test('a playlist names one file alone, beside it', () => {
    const stream = {
      headBytes: 800,
      firstAt: 900,
      fragments: [
        [100, 4000],
        [50, 1500.5],
      ] as const,
    }
    const playlist = playlistOf(stream, 'variants/proxy?v=1')
    assert.deepEqual(
      playlist.split('\n').filter((line) => line !== '' && !line.startsWith('#')),
      ['variants/proxy?v=1', 'variants/proxy?v=1'],
    )
    assert.match(playlist, /#EXT-X-MAP:URI="variants\/proxy\?v=1",BYTERANGE="800@0"/)
    assert.match(playlist, /#EXT-X-BYTERANGE:50@1000/)
  })
})
