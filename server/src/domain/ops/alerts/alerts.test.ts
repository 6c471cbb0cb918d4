import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { makeUser } from '../../../../test/make.ts'
import { startTestPlatform, type TestPlatform } from '../../../../test/platform.ts'
import { inTransaction } from '../../../platform/db/index.ts'
import { listMails } from '../../../platform/mail/index.ts'
import * as audit from '../../audit/index.ts'
import { tellAdministrators } from './operations.ts'

const LATER_MS = 6 * 60_000

describe('alerts', () => {
  let t: TestPlatform

  before(async () => {
    t = await startTestPlatform()
  })
  after(() => t.stop())

  async function seal() {
    const sealer = audit.createSealer(t.platform)
    for (let i = 0; i < 3; i += 1) await sealer.step()
  }
  const critical = (userId: string) =>
    inTransaction(t.platform.db, (tx) =>
      audit.recordSecurityEvent(tx, 'critical', 'refresh-token.reused', { userId, ip: '203.0.113.7' }),
    )

  test('go to administrators once, many in one mail, and not more often than every few minutes', async () => {
    const administrator = await makeUser(t.platform, { isAdministrator: true, email: 'root@example.org' })
    const user = await makeUser(t.platform)
    await t.platform.db.updateTable('user').set({ name: 'Ada' }).where('id', '=', user.userId).execute()
    assert.equal(await tellAdministrators(t.platform), 0)

    await critical(user.userId)
    assert.equal(await tellAdministrators(t.platform), 0, 'not before it is sealed')
    await seal()
    assert.equal(await tellAdministrators(t.platform), 1)
    assert.equal(await tellAdministrators(t.platform), 0)
    for (let i = 0; i < 25; i += 1) await critical(administrator.userId)
    await seal()
    assert.equal(await tellAdministrators(t.platform), 0, 'they were told a moment ago')
    assert.equal(await tellAdministrators(t.platform, new Date(Date.now() + LATER_MS)), 25)

    const mails = await listMails(t.platform.db, { limit: 10 })
    assert.deepEqual(
      mails.map(({ subject }) => subject),
      ['25 critical security events', 'A critical security event'],
    )
    assert.match(mails[1]?.body ?? '', /token was used twice.*account of Ada, from 203\.0\.113\.7/)
    assert.match(mails[0]?.body ?? '', /And 15 more/)
    assert.ok(mails.every(({ recipient }) => recipient === 'root@example.org'))
  })
})
