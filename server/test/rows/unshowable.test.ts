import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createRenderer, mediaTasks, useRenderer } from '../../src/domain/media/index.ts'
import { startWorkers } from '../../src/platform/jobs/index.ts'
import { catalogue } from '../media/catalogue.ts'
import { jpeg } from '../media/make.ts'
import { untilSettled } from '../stored.ts'
import { openWorld } from '../tenant.ts'
import { sha256Of } from '../tus.ts'

/** No poster can be made of these, or only a strange one. */
const NAMES = ['one-frame.mp4', 'sound-alone.mp4', 'no-index.mp4', 'no-frames.mp4', 'flipped-512.mp4', 'cut.webm']

describe('a recording of which no poster can be made', () => {
  test('is uploaded like every other, is there byte for byte, and holds up nothing behind it', async () => {
    const world = await openWorld()
    const { platform, config } = world.t
    const renderer = createRenderer(platform)
    useRenderer(platform, renderer)
    let workers: Awaited<ReturnType<typeof startWorkers>> | undefined
    try {
      const { tus, organizationId } = await world.makeTenant()
      const sent: { name: string; bytes: Buffer; fileId: string }[] = []
      const add = async (name: string, bytes: Buffer) => {
        const reply = await tus.create({ length: bytes.length, organizationId, filename: name }, bytes)
        assert.equal(reply.status, 201, `${name}: ${reply.body.toString()}`)
        assert.ok(reply.headers['trove-receipt'], 'it is safe before anybody has looked into it')
        sent.push({ name, bytes, fileId: String(reply.headers['trove-file-id']) })
      }
      for (const name of NAMES) {
        const specimen = catalogue.find((each) => each.name === name)
        assert.ok(specimen, name)
        await add(name, await specimen.make())
      }
      await add('behind.jpg', await jpeg({ widthPixels: 400, heightPixels: 300, seed: 'behind' }))

      const about = { connectionString: config.databaseUrl, log: platform.log, slots: 2 }
      workers = await startWorkers(platform, mediaTasks, about)
      await untilSettled(platform, organizationId, 90_000)
      const statuses = await platform.db
        .selectFrom('file')
        .innerJoin('version', 'version.id', 'file.current_version_id')
        .select(['file.name', 'version.status'])
        .where('file.organization_id', '=', organizationId)
        .execute()
      const statusOf = (name: string) => statuses.find((each) => each.name === name)?.status
      assert.deepEqual(['no-index.mp4', 'no-frames.mp4', 'behind.jpg'].map(statusOf), ['failed', 'failed', 'ready'])
      for (const { name, bytes, fileId } of sent)
        assert.equal(sha256Of((await tus.content(fileId)).body), sha256Of(bytes), name)
    } finally {
      await workers?.stop()
      renderer.close()
      await world.t.stop()
    }
  })
})
