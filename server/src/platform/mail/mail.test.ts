import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { SMTPServer } from 'smtp-server'
import { until } from '../../../test/server.ts'
import { startTestPlatform, type TestPlatform } from '../../../test/platform.ts'
import { inTransaction } from '../db/index.ts'
import { startWorkers, type Workers } from '../jobs/index.ts'
import { Problem } from '../problem.ts'
import { isMailAddress } from './address.ts'
import { asHtml } from './letter.ts'
import { mailTasks, type Letter } from './index.ts'

type Received = { from: string; to: string[]; source: string }
/** What the server does with the next mail. */
type Mood = 'takes' | 'refuses' | 'is busy'

describe('mail', () => {
  let t: TestPlatform
  let server: SMTPServer
  let workers: Workers
  let mood: Mood = 'takes'
  const received: Received[] = []
  let attempts = 0

  before(async () => {
    server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onRcptTo(_address, _session, done) {
        attempts += 1
        if (mood === 'takes') return done()
        const [code, words] = mood === 'refuses' ? [550, '5.1.1 No such mailbox'] : [451, '4.3.0 Come back later']
        done(Object.assign(new Error(words), { responseCode: code }))
      },
      onData(stream, { envelope }, done) {
        const { mailFrom, rcptTo } = envelope
        const mail = {
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map((to) => to.address),
          source: '',
        }
        stream.setEncoding('utf8').on('data', (words: string) => (mail.source += words))
        stream.once('end', () => {
          received.push(mail)
          done()
        })
      },
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
    const { port } = server.server.address() as AddressInfo
    t = await startTestPlatform({
      SMTP_URL: `smtp://127.0.0.1:${port}`,
      MAIL_FROM: 'Trove of the Studio <trove@studio.example>',
      PUBLIC_URL: 'https://media.example.org/trove',
    })
    const { platform, config } = t
    const connectionString = config.databaseUrl
    workers = await startWorkers(platform, mailTasks, { connectionString, log: platform.log, slots: 2 })
  })
  after(async () => {
    await workers.stop()
    await t.stop()
    await new Promise<void>((resolve) => server.close(resolve))
  })

  const send = (letter: Letter) => inTransaction(t.platform.db, (tx) => t.platform.mail.send(tx, letter))
  const stateOf = async (to: string) =>
    t.platform.db
      .selectFrom('mail')
      .select(['state', 'failure', 'body', 'link_path as linkPath'])
      .where('recipient', '=', to)
      .executeTakeFirstOrThrow()
  const comesTo = (to: string, state: string) => until(async () => (await stateOf(to)).state === state, 20_000)

  test('goes out with its words as text and as HTML, its link at the public address, and is then forgotten', async () => {
    mood = 'takes'
    await send({
      to: 'ada@example.org',
      subject: 'Grüße <b>',
      text: 'First & foremost.\n\nSecond <script>.',
      link: { label: 'Open it', path: '/verify#s3cret' },
    })
    assert.ok(await comesTo('ada@example.org', 'sent'))
    const mail = received.find(({ to }) => to[0] === 'ada@example.org')
    assert.equal(mail?.from, 'trove@studio.example')
    const source = mail?.source.replaceAll('=\r\n', '') ?? ''
    assert.match(source, /^From: "?Trove of the Studio"? <trove@studio\.example>\r$/m)
    assert.match(source, /^To: ada@example\.org\r$/m)
    assert.match(source, /^Auto-Submitted: auto-generated\r$/m)
    assert.match(source, /https:\/\/media\.example\.org\/trove\/verify#s3cret/)
    assert.match(source, /Second &lt;script&gt;/)
    assert.deepEqual(await stateOf('ada@example.org'), { state: 'sent', failure: null, body: null, linkPath: null })
  })

  test('a server that is busy is asked again', async () => {
    mood = 'is busy'
    const before = attempts
    await send({ to: 'busy@example.org', subject: 'Later', text: 'Later.' })
    assert.ok(await until(() => attempts > before, 10_000))
    assert.ok(await until(async () => (await stateOf('busy@example.org')).failure !== null, 5_000))
    assert.match((await stateOf('busy@example.org')).failure ?? '', /Come back later/)
    mood = 'takes'
    assert.ok(await comesTo('busy@example.org', 'sent'))
  })

  test('a mailbox that is refused for good is not, and what the mail said is forgotten', async () => {
    mood = 'refuses'
    await send({ to: 'nobody@example.org', subject: 'Never', text: 'Secret.' })
    assert.ok(await comesTo('nobody@example.org', 'failed'))
    const { failure, body } = await stateOf('nobody@example.org')
    assert.match(failure ?? '', /No such mailbox/)
    assert.equal(body, null)
    mood = 'takes'
  })

  test('what is rolled back is never sent', async () => {
    const before = received.length
    const undone = inTransaction(t.platform.db, async (tx) => {
      await t.platform.mail.send(tx, { to: 'undone@example.org', subject: 'Undone', text: 'Undone.' })
      throw new Error('undone')
    })
    await assert.rejects(undone, /undone/)
    await send({ to: 'after@example.org', subject: 'After', text: 'After.' })
    assert.ok(await comesTo('after@example.org', 'sent'))
    assert.deepEqual(
      received.slice(before).map(({ to }) => to[0]),
      ['after@example.org'],
    )
  })

  test('what has expired is not sent, and what it said is forgotten', async () => {
    const past = new Date(Date.now() - 1_000)
    await send({ to: 'late@example.org', subject: 'Late', text: 'Late.', expiresAt: past })
    const [, forget] = mailTasks
    await forget?.run(t.platform, {} as never, new AbortController().signal)
    const { state, body } = await stateOf('late@example.org')
    assert.deepEqual([state, body], ['expired', null])
    assert.ok(!received.some(({ to }) => to[0] === 'late@example.org'))
  })

  test('nothing gets into a header, and no address names two mailboxes', async () => {
    const refused = [
      'a@example.org\r\nBcc: b@example.org',
      'a@example.org, b@example.org',
      'a@example.org;b@example.org',
      'Ada <a@example.org>',
      '<a@example.org>',
      '"a b"@example.org',
      '"b@evil.example x"@example.org',
      'a@b@example.org',
      'a@[127.0.0.1]',
      'a@example.org(comment)',
      'a\u202e@example.org',
      'a\u200b@example.org',
      'a\0@example.org',
      'a@example..org',
      '.a@example.org',
      '-f@example.org',
      '@example.org',
      'a@',
      `${'a'.repeat(65)}@example.org`,
      `a@${'b'.repeat(250)}.org`,
    ]
    for (const to of refused) {
      assert.equal(isMailAddress(to), false, to)
      await assert.rejects(send({ to, subject: 'x', text: 'x' }), Problem, to)
    }
    for (const to of ['a@example.org', "o'neil+x@sub.example.org", 'jürgen@müller.example', 'a@localhost'])
      assert.equal(isMailAddress(to), true, to)
    for (const subject of ['a\r\nBcc: b@example.org', 'a\nb', 'a\u2028b', '', 'a\0b'])
      await assert.rejects(send({ to: 'a@example.org', subject, text: 'x' }), Problem, subject)
  })

  test('its HTML can be broken by no name or address', () => {
    const html = asHtml({
      text: '</p><img src=x onerror=alert(1)>',
      link: { label: '"><b>', url: 'https://x/"onclick=' },
    })
    assert.doesNotMatch(html, /<img|<b>|"onclick/)
  })
})
