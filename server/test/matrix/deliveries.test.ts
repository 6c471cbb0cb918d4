import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import sharp from 'sharp'
import type { Standing } from '../../src/domain/storage/index.ts'
import type { UserActor } from '../../src/platform/actor.ts'
import { newId } from '../../src/platform/ids.ts'
import { newObjectKey } from '../../src/platform/objects/index.ts'
import { bearer, makeGrant, makeKey, makeMember, makeOrganization, makeUser } from '../make.ts'
import { startTestPlatform, type TestPlatform } from '../platform.ts'
import { makeStoredFile } from '../stored.ts'

type Headers = Record<string, string>
type Outcome = { status: number; type: string; hasBytes: boolean }
/** Asks for the bytes of the file by one door; null where this caller finds no such door. */
type Door = (caller: Headers) => Promise<Outcome | null>

const NOBODY_LISTENS = 'tcp://127.0.0.1:9'

describe('deliveries', () => {
  for (const policy of ['hold', 'allow-large', 'allow'])
    describe(`stored bytes, where SCAN_POLICY is ${policy}`, () => {
      let t: TestPlatform
      let app: FastifyInstance
      let file: { id: string; blobId: string }
      let bytes: Buffer
      let callers: Record<'uploader' | 'owner' | 'reader' | 'key' | 'stranger', Headers>
      let doors: Record<string, Door>
      let guestDoors: Record<string, Door>

      before(async () => {
        t = await startTestPlatform({ CLAMAV_URL: NOBODY_LISTENS, SCAN_POLICY: policy, DOWNLOADS_PER_MINUTE: '100000' })
        app = (await t.api()).app
        const [owner, uploader, reader, stranger] = await Promise.all(
          Array.from({ length: 4 }, () => makeUser(t.platform)),
        )
        assert.ok(owner && uploader && reader && stranger)
        const { id: organizationId } = await makeOrganization(t.platform, owner)
        await makeMember(t.platform, organizationId, uploader, 'member')
        await makeMember(t.platform, organizationId, reader, 'member')
        bytes = await sharp({ create: { width: 40, height: 30, channels: 3, background: '#a05030' } })
          .jpeg()
          .toBuffer()
        const about = { organizationId, uploader, name: 'a.jpg', bytes, isEnqueued: false }
        file = await makeStoredFile(t.platform, about)
        await plantThumbnail(t, organizationId, file.blobId, bytes)
        await makeGrant(t.platform, {
          organizationId,
          resourceId: file.id,
          to: { user: reader.userId },
          rights: ['read', 'download'],
        })
        const as = (user: UserActor): Promise<Headers> => bearer(t.platform, user)
        const key = await makeKey(t.platform, reader, ['read', 'download'])
        callers = {
          uploader: await as(uploader),
          owner: await as(owner),
          reader: await as(reader),
          key: { authorization: key.authorization },
          stranger: await as(stranger),
        }
        doors = doorsOf(organizationId)
        guestDoors = await guestDoorsOf(callers.owner)
      })
      after(() => t.stop())

      const ask = (method: 'GET' | 'POST', url: string, headers: Headers, payload?: object) =>
        app.inject({ method, url, headers, ...(payload && { payload }) })

      async function outcome(asked: ReturnType<typeof ask>): Promise<Outcome> {
        const got = await asked
        const told = String(got.headers['content-type']).includes('problem') ? String(got.json().type) : ''
        const type = told.split(':').at(-1) ?? ''
        return { status: got.statusCode, type, hasBytes: got.rawPayload.includes(bytes.subarray(0, 64)) }
      }

      /** An address that is made and used at once. */
      const address =
        (url: string, payload: object): Door =>
        async (headers) => {
          const made = await ask('POST', url, headers, payload)
          if (made.statusCode !== 201) return outcome(Promise.resolve(made) as ReturnType<typeof ask>)
          return outcome(ask('GET', new URL(made.json().url, 'http://x').pathname, {}))
        }

      const doorsOf = (organizationId: string): Record<string, Door> => ({
        original: (headers) => outcome(ask('GET', `/api/files/${file.id}/content`, headers)),
        attachment: (headers) => outcome(ask('GET', `/api/files/${file.id}/content?download`, headers)),
        range: (headers) => outcome(ask('GET', `/api/files/${file.id}/content`, { ...headers, range: 'bytes=0-99' })),
        variant: (headers) => outcome(ask('GET', `/api/files/${file.id}/variants/thumbnail`, headers)),
        address: address(`/api/files/${file.id}/download-tokens`, {}),
        zip: address(`/api/organizations/${organizationId}/zip`, { fileIds: [file.id] }),
      })

      async function guestDoorsOf(maker: Headers): Promise<Record<string, Door>> {
        const enter = async (payload: object) => {
          const made = await ask('POST', `/api/resources/${file.id}/links`, maker, { maxDownloads: 1000, ...payload })
          assert.equal(made.statusCode, 201, made.body)
          const opened = await ask('POST', '/api/links/open', {}, { token: made.json().token })
          return {
            base: `/api/shared/${made.json().id}`,
            pass: { authorization: `Bearer ${opened.json().accessToken}` },
          }
        }
        const whole = await enter({ allows: ['download'], keepsMetadata: true })
        const bare = await enter({ allows: ['download'] })
        const door =
          ({ base, pass }: typeof whole, path: string): Door =>
          () =>
            outcome(ask('GET', base + path, pass))
        return {
          'original by link': door(whole, `/files/${file.id}/content`),
          'copy by link': door(bare, `/files/${file.id}/content`),
          'variant by link': door(whole, `/files/${file.id}/variants/thumbnail`),
          'ZIP by link': door(whole, '/zip'),
        }
      }

      const stand = (standing: Standing) =>
        t.platform.db
          .updateTable('blob')
          .set({
            scan_status: standing.scan,
            scan_reason: standing.reason,
            scan_signature: standing.scan === 'infected' ? 'Test' : null,
          })
          .where('id', '=', file.blobId)
          .execute()

      /** What every door says to each kind of caller. */
      async function tryAll(standing: Standing, expected: { uploader: string; others: string }) {
        await stand(standing)
        const words = `${standing.scan} ${standing.reason ?? ''}`
        for (const [name, door] of Object.entries(doors))
          for (const [who, headers] of Object.entries(callers)) {
            const got = await door(headers)
            const wanted = who === 'stranger' ? 'not-found' : who === 'uploader' ? expected.uploader : expected.others
            check(got, wanted, `${words}: ${name} for ${who}`)
          }
        for (const [name, door] of Object.entries(guestDoors)) {
          // A ZIP with nothing in it is not there; the reason is told with each file.
          const wanted = name === 'ZIP by link' && expected.others !== 'given' ? 'not-found' : expected.others
          check(await door({}), wanted, `${words}: ${name}`)
        }
      }

      function check(got: Outcome | null, wanted: string, words: string) {
        if (wanted === 'given') return assert.ok(got !== null && got.status < 300 && got.hasBytes, words)
        assert.equal(got?.type, wanted, words)
        assert.equal(got?.hasBytes, false, words)
      }

      test('go out by every door when they are clean, released, or older than the scanner', async () => {
        for (const scan of ['clean', 'released', 'unscanned'] as const)
          await tryAll({ scan, reason: null }, { uploader: 'given', others: 'given' })
      })

      test('that are infected go out by no door, to nobody', () =>
        tryAll({ scan: 'infected', reason: null }, { uploader: 'infected', others: 'infected' }))

      test('that wait for the scanner are for their uploader alone', () =>
        tryAll({ scan: 'waiting', reason: null }, { uploader: 'given', others: 'being-checked' }))

      test('that could not be scanned go as the policy says', async () => {
        for (const reason of ['too-large', 'unreachable', 'encrypted'] as const) {
          const isAllowed = policy === 'allow' || (policy === 'allow-large' && reason === 'too-large')
          await tryAll({ scan: 'skipped', reason }, { uploader: 'given', others: isAllowed ? 'given' : 'held' })
        }
      })

      test('cannot be guessed about by those who may not see the file: each refusal is the same', async () => {
        const told = new Set<string>()
        for (const scan of ['infected', 'waiting', 'clean'] as const) {
          await stand({ scan, reason: null })
          const got = await ask('GET', `/api/files/${file.id}/content`, callers.stranger)
          told.add(`${got.statusCode} ${got.body.replace(/"(instance|requestId)":"[^"]*"/g, '')}`)
        }
        assert.equal(told.size, 1, [...told].join('\n'))
      })
    })
})

async function plantThumbnail(t: TestPlatform, organizationId: string, blobId: string, bytes: Buffer) {
  const objectKey = newObjectKey('photos', 'thumbnails', 'webp')
  await t.platform.objects.put(objectKey, once(bytes), { organizationId })
  await t.platform.db
    .insertInto('variant')
    .values({
      id: newId(),
      blob_id: blobId,
      name: 'thumbnail',
      media_type: 'image/webp',
      width_pixels: 2,
      height_pixels: 1,
      size_bytes: bytes.length,
      object_key: objectKey,
    })
    .execute()
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
