import assert from 'node:assert/strict'
import { after, mock, test } from 'node:test'
import { openWorld } from '../../../test/tenant.ts'
import { createSession, DEMO_ACCOUNT, ensureOrganization, listNames, register, upload, type Client } from './client.ts'
import { loadDemo } from './index.ts'
import { invoice } from './invoice.ts'
import { pieces } from './plan.ts'

const said = mock.method(console, 'log', () => undefined)
after(() => said.mock.restore())
const papers = pieces.filter(({ made }) => made === 'paper')

test('what was interrupted goes on, and once it is done a second time changes nothing', async () => {
  const world = await openWorld()
  try {
    const api = { baseUrl: world.origin }
    const trove: Client = { ...api }
    await register(trove)
    const { id } = await ensureOrganization(trove)
    const session = await createSession(trove, id, papers.length)
    const [name, mediaType] = ['Invoice 2026-014.pdf', 'application/pdf']
    await upload(trove, { name, mediaType, bytes: invoice(), organizationId: id, uploadSessionId: session.id })

    await loadDemo(api, papers)
    assert.deepEqual([...(await listNames(trove, id))].toSorted(), papers.map(({ name }) => name).toSorted())
    assert.match(String(said.mock.calls.at(-1)?.arguments[0]), new RegExp(`is ready.*${DEMO_ACCOUNT.password}`))

    await loadDemo(api, papers)
    assert.match(String(said.mock.calls.at(-1)?.arguments[0]), /there already/)
    const rows = await world.t.platform.db.selectFrom('file').select('id').execute()
    assert.equal(rows.length, papers.length)
    const folders = await world.t.platform.db.selectFrom('folder').select('name').execute()
    assert.deepEqual(folders, [{ name: 'Papers' }])
  } finally {
    await world.t.stop()
  }
})

test("somebody's installation is left alone", async () => {
  const world = await openWorld()
  try {
    await world.makeTenant()
    await assert.rejects(loadDemo({ baseUrl: world.origin }, papers), /--demo is for a new installation/)
    assert.equal((await world.t.platform.db.selectFrom('organization').select('id').execute()).length, 1)
  } finally {
    await world.t.stop()
  }
})
