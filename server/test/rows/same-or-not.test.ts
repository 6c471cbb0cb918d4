import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { openWorld, quotaOf, type Tenant, type World } from '../tenant.ts'
import { sha256Of } from '../tus.ts'

describe('what is the same, and what only looks like it', () => {
  let world: World
  before(async () => {
    world = await openWorld()
  })
  after(() => world.t.stop())

  async function send({ tus, organizationId }: Tenant, filename: string, bytes: Uint8Array): Promise<string> {
    const reply = await tus.create({ length: bytes.length, organizationId, filename }, bytes)
    assert.equal(reply.status, 201, reply.body.toString())
    return String(reply.headers['trove-file-id'])
  }
  const blobsOf = ({ organizationId }: Tenant) =>
    world.t.platform.db.selectFrom('blob').select('id').where('organization_id', '=', organizationId).execute()
  const requireBytes = async ({ tus }: Tenant, fileId: string, bytes: Uint8Array) =>
    assert.equal(sha256Of((await tus.content(fileId)).body), sha256Of(bytes))

  test('the same bytes under another name, or the same one again, are another file and take no room', async () => {
    const tenant = await world.makeTenant()
    const bytes = randomBytes(100_000)
    const ids = [
      await send(tenant, 'a.bin', bytes),
      await send(tenant, 'b.bin', bytes),
      await send(tenant, 'a.bin', bytes),
    ]
    assert.equal(new Set(ids).size, 3, 'nobody is told that a file is there already and left without it')
    assert.equal((await blobsOf(tenant)).length, 1)
    assert.deepEqual(await quotaOf(world, tenant), { used: bytes.length, reserved: 0, files: 3 })
    for (const id of ids) await requireBytes(tenant, id, bytes)
  })

  test('a file of the same name that was cut, that goes on, or of which one bit is another, is another', async () => {
    const tenant = await world.makeTenant()
    const bytes = randomBytes(100_000)
    const turned = Buffer.from(bytes)
    turned[99_999] = (turned[99_999] ?? 0) ^ 1
    const all = [bytes, bytes.subarray(0, 50_000), Buffer.concat([bytes, Buffer.of(0)]), turned]
    const ids: string[] = []
    for (const each of all) ids.push(await send(tenant, 'IMG_0001.bin', each))
    assert.equal((await blobsOf(tenant)).length, all.length)
    for (const [i, each] of all.entries()) await requireBytes(tenant, ids[i] ?? '', each)
    const used = all.reduce((sum, { length }) => sum + length, 0)
    assert.deepEqual(await quotaOf(world, tenant), { used, reserved: 0, files: all.length })
  })
})
