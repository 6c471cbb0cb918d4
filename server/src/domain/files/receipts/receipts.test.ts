import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import type { Receipt } from '@trove/contract/receipts'
import { compactVerify, importJWK, type JWK } from 'jose'
import { openWorld, type Tenant, type World } from '../../../../test/tenant.ts'
import { jsonOf } from '../../../../test/server.ts'
import { ask, pathOf, sha256Of } from '../../../../test/tus.ts'

describe('receipts', () => {
  let world: World
  let tenant: Tenant
  before(async () => {
    world = await openWorld()
    tenant = await world.makeTenant()
  })
  after(() => world.t.stop())

  const upload = (bytes: Buffer) =>
    tenant.tus.create({ length: bytes.length, organizationId: tenant.organizationId }, bytes)
  const check = async (receipt: string) =>
    (await ask(world.origin, jsonOf('POST', '/api/receipts/check', { receipt }))).json()

  test('come with the last byte, are the same when asked for again, and say what is stored', async () => {
    const bytes = randomBytes(70_000)
    const reply = await upload(bytes)
    const fileId = String(reply.headers['trove-file-id'])
    const receipt = String(reply.headers['trove-receipt'])
    const told = (await tenant.tus.get(`/api/files/${fileId}/receipt`)).json() as unknown as Receipt
    assert.deepEqual(
      [told.receipt, told.fileId, told.sizeBytes, told.sha256, told.organizationId],
      [receipt, fileId, bytes.length, sha256Of(bytes), tenant.organizationId],
    )
    assert.ok(Math.abs(Date.parse(told.receivedAt) - Date.now()) < 60_000)
    assert.equal((await tenant.tus.head(pathOf(reply))).headers['trove-receipt'], receipt)
    const { receipt: _, ...facts } = told
    assert.deepEqual(await check(receipt), { isGenuine: true, facts })
  })

  test('anybody can check one with the public key alone', async () => {
    const receipt = String((await upload(randomBytes(10))).headers['trove-receipt'])
    const { keys } = (await ask(world.origin, { method: 'GET', path: '/api/receipts/keys' })).json() as { keys: JWK[] }
    const { payload, protectedHeader } = await compactVerify(receipt, await importJWK(keys[0] ?? {}))
    assert.equal(protectedHeader.kid, keys[0]?.kid)
    assert.equal(JSON.parse(new TextDecoder().decode(payload)).sizeBytes, 10)
    assert.equal(keys[0]?.d, undefined)
  })

  test('a receipt that was changed, or is none, is not genuine', async () => {
    const receipt = String((await upload(randomBytes(10))).headers['trove-receipt'])
    const [head = '', body = '', signature = ''] = receipt.split('.')
    const facts = JSON.parse(Buffer.from(body, 'base64url').toString()) as object
    const forged = Buffer.from(JSON.stringify({ ...facts, sizeBytes: 11 })).toString('base64url')
    const unsigned = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url')
    const flipped = `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`
    for (const each of [
      `${head}.${forged}.${signature}`,
      `${head}.${body}.${flipped}`,
      `${unsigned}.${body}.`,
      'x',
      '..',
    ])
      assert.deepEqual(await check(each), { isGenuine: false }, each)
  })

  test('a stranger gets none', async () => {
    const fileId = String((await upload(randomBytes(10))).headers['trove-file-id'])
    const stranger = await world.makeTenant()
    assert.equal((await stranger.tus.get(`/api/files/${fileId}/receipt`)).status, 404)
  })
})
