import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { UpkeepRun, UpkeepTask } from '@trove/contract/upkeep'
import { bearer, makeUser } from '../../test/make.ts'
import { startTestPlatform, type TestPlatform } from '../../test/platform.ts'
import { tasks, upkeep } from './tasks.ts'
import type { Api } from './api.ts'
import type { UserActor } from '../platform/actor.ts'
import { startWorkers, type Task } from '../platform/jobs/index.ts'
import { newId } from '../platform/ids.ts'

const signal = () => new AbortController().signal

describe('upkeep', () => {
  let t: TestPlatform
  let administrator: UserActor
  let app: Api['app']
  before(async () => {
    t = await startTestPlatform()
    administrator = await makeUser(t.platform, { isAdministrator: true })
    app = (await t.api()).app
  })
  after(() => t.stop())

  const ask = async (actor: UserActor, method: 'GET' | 'POST', url: string, payload?: object) => {
    const headers = await bearer(t.platform, actor)
    const answer = await app.inject({ method, url: `/api${url}`, headers, ...(payload && { payload }) })
    return { status: answer.statusCode, body: answer.json() as unknown }
  }
  const listed = async (name: string): Promise<UpkeepTask> => {
    const { items } = (await ask(administrator, 'GET', '/upkeep')).body as { items: UpkeepTask[] }
    const found = items.find(({ task }) => task === name)
    assert.ok(found)
    return found
  }
  const runsOf = async (name: string) =>
    ((await ask(administrator, 'GET', `/upkeep/${name}/runs`)).body as { items: UpkeepRun[] }).items
  const known = (name: string): Task => {
    const task = tasks.find((each) => each.name === name)
    assert.ok(task)
    return task
  }

  test('knows everything that the clock starts, each with words, a dry run and when it is due', async () => {
    const byClock = tasks.filter(({ cron }) => cron !== undefined).map(({ name }) => name)
    const { items } = (await ask(administrator, 'GET', '/upkeep')).body as { items: UpkeepTask[] }
    assert.deepEqual(items.map(({ task }) => task).sort(), byClock.sort())
    assert.equal(new Set(items.map(({ title }) => title)).size, items.length)
    for (const { nextAt, lead } of items) {
      assert.ok(Date.parse(nextAt) > Date.now())
      assert.match(lead, /^[A-Z].*\.$/)
    }
  })

  test(
    'every dry run speaks in the words of the run, and every run ends well on nothing',
    { timeout: 60_000 },
    async () => {
      for (const { name, upkeep: about } of upkeep) {
        const rehearsed = await about.rehearse(t.platform, signal(), () => undefined)
        await known(name).run(t.platform, {}, signal())
        const { last } = await listed(name)
        assert.deepEqual([last?.state, last?.failure], ['done', undefined], name)
        const told = last?.tally.map(({ what, unit }) => `${what} ${unit}`) ?? []
        for (const { what, unit } of rehearsed) assert.ok(told.includes(`${what} ${unit}`), `${name}: ${what}`)
      }
    },
  )

  //SPLIT1

  test('a run is written down with what it did; of those that find nothing the last alone', async () => {
    const platform = t.platform
    const mailed = (purpose: string) =>
      platform.db
        .insertInto('mailed_token')
        .values({
          token_hash: Buffer.from(newId()),
          user_id: administrator.userId,
          purpose,
          email: 'somebody@example.org',
          expires_at: new Date(0),
        } as never)
        .execute()
    await mailed('reset-password')
    await mailed('verify-email')
    const { rehearse } = upkeep.find(({ name }) => name === 'identity.delete-mailed-tokens')?.upkeep ?? {}
    const counted = await rehearse?.(platform, signal(), () => undefined)
    assert.deepEqual(counted, [{ what: 'mailed tokens', count: 2 }])
    const task = known('identity.delete-mailed-tokens')
    for (let round = 0; round < 4; round++) await task.run(platform, {}, signal())
    const runs = await runsOf(task.name)
    assert.deepEqual(
      runs.map(({ tally, state }) => [tally[0]?.count, state]),
      [
        [0, 'done'],
        [2, 'done'],
      ],
    )
  })

  test('is started, or asked what it would do, by an administrator; done by a worker, once, and told to the trail', async () => {
    const user = await makeUser(t.platform)
    assert.equal((await ask(user, 'POST', '/upkeep/mail.forget-expired/runs', { isDryRun: true })).status, 403)
    assert.equal((await ask(administrator, 'POST', '/upkeep/no.such/runs', { isDryRun: true })).status, 404)
    assert.equal((await ask(administrator, 'POST', '/upkeep/media.process/runs', { isDryRun: false })).status, 404)

    const asked = await Promise.all(
      Array.from({ length: 5 }, () =>
        ask(administrator, 'POST', '/upkeep/mail.forget-expired/runs', { isDryRun: true }),
      ),
    )
    assert.deepEqual(asked.map(({ status }) => status).sort(), [201, 409, 409, 409, 409])
    assert.equal((await listed('mail.forget-expired')).current?.state, 'waiting')

    const workers = await startWorkers(t.platform, [known('mail.forget-expired')], {
      connectionString: t.config.databaseUrl,
      log: t.platform.log,
      slots: 1,
    })
    const deadline = Date.now() + 20_000
    while ((await listed('mail.forget-expired')).lastDryRun?.askedBy === undefined && Date.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 50))
    await workers.stop()
    const { lastDryRun, current } = await listed('mail.forget-expired')
    assert.deepEqual([lastDryRun?.state, lastDryRun?.askedBy?.id, current], ['done', administrator.userId, undefined])
    const told = await t.platform.db
      .selectFrom('security_event')
      .select('facts')
      .where('kind', '=', 'upkeep.asked-for')
      .execute()
    assert.deepEqual(told, [{ facts: { task: 'mail.forget-expired', isDryRun: true } }])
  })
})
