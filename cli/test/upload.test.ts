import assert from 'node:assert/strict'
import { appendFileSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { keptBelow, sha256 } from './kept.ts'
import { openRig, type Rig } from './rig.ts'

describe('uploading from the command line', () => {
  let rig: Rig
  before(async () => {
    rig = await openRig()
  })
  after(() => rig.stop())

  const write = (path: string, bytes: string | Uint8Array) => {
    mkdirSync(join(rig.folder, path, '..'), { recursive: true })
    writeFileSync(join(rig.folder, path), bytes)
  }

  const kept = (below: string) => keptBelow(rig, below)

  test('brings a tree with its names, two hundred small files and a large one, as they are, in a session with a name', async () => {
    const odd = [
      'Ünïcödé e\u0301.txt',
      '  two spaces.txt',
      `quotes '"\`.txt`,
      'hash#percent%41?.txt',
      '👩‍👩‍👧.txt',
      '-flag.txt',
    ]
    const expected = new Map<string, string>()
    const make = (path: string, bytes: Uint8Array) => {
      write(`tree/${path}`, bytes)
      expected.set(`In/tree/${path}`, sha256(bytes))
    }
    for (const name of odd) make(`odd/${name}`, Buffer.from(`text of ${name}\n`))
    for (let i = 0; i < 200; i++) make(`small/${i % 7}/note ${i}.txt`, Buffer.from(`note ${i}\n`))
    make('large/film.bin', Buffer.alloc(9_000_001, 'film'))
    const { code, events, err } = await rig.run([
      'upload',
      'tree',
      '--to',
      `${rig.organizationId}/In`,
      '--make-folders',
      '--json',
      '--chunk',
      '2MiB',
    ])
    assert.equal(code, 0, err)
    assert.deepEqual(
      await kept('In/tree/'),
      [...expected].map(([path, hash]) => ({ path, sha256: hash })).toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    )
    const summary = events.at(-1)
    assert.deepEqual(
      {
        event: summary?.event,
        done: summary?.['done'],
        files: summary?.['files'],
        failed: summary?.['failed'],
        exitCode: summary?.exitCode,
      },
      { event: 'summary', done: 207, files: 207, failed: [], exitCode: 0 },
    )
    assert.ok(events.filter(({ event }) => event === 'done').every(({ verified }) => verified === true))
    const session = await rig.t.platform.db.selectFrom('upload_session').selectAll().executeTakeFirstOrThrow()
    assert.deepEqual([session.status, session.completed_files, session.failed_files], ['completed', 207, 0])
    assert.match(session.name ?? '', /^tree, from /)
  })

  test('sends nothing a second time but what is new, was changed, or is gone there', async () => {
    for (const name of ['a.txt', 'b.txt', 'c.txt']) write(`again/${name}`, `first ${name}`)
    const command = ['upload', 'again', '--to', rig.organizationId, '--json']
    const first = await rig.run(command)
    assert.equal(first.code, 0, first.err)
    const a = first.events.find(({ event, path }) => event === 'done' && path === 'again/a.txt')
    await rig.t.platform.db
      .updateTable('file')
      .set({ trashed_at: new Date() })
      .where('id', '=', String(a?.['fileId']))
      .execute()
    write('again/b.txt', 'second b.txt')
    write('again/d.txt', 'new')
    const { code, events } = await rig.run(command)
    assert.equal(code, 0)
    const of = (event: string) =>
      events
        .filter((one) => one.event === event)
        .map(({ path }) => path)
        .toSorted()
    assert.deepEqual(of('done'), ['again/a.txt', 'again/b.txt', 'again/d.txt'])
    assert.deepEqual(of('present'), ['again/c.txt'])
  })

  test('tells each failure with its reason, brings the rest, and never says that all went well', async () => {
    write('mixed/empty.txt', '')
    write('mixed/fake.png', 'no picture')
    write('mixed/back\\slash.txt', 'a name that is none there')
    write('mixed/good.txt', 'good')
    const { code, out, err } = await rig.run(['upload', 'mixed', 'missing.txt', '--to', rig.organizationId])
    assert.equal(code, 1)
    assert.match(out, /uploaded {2}mixed\/good\.txt/)
    const list = err.slice(err.indexOf('\nFailed:'))
    assert.match(list, /mixed\/empty\.txt: A file of 0 bytes cannot be kept/)
    assert.match(list, /mixed\/fake\.png: .*\.png/)
    assert.match(list, /mixed\/back\\slash\.txt: .*A name has 1 to 255 characters/)
    assert.match(list, /missing\.txt: There is nothing of this name here/)
    assert.match(list, /Not everything is safe: 1 of 4 files are, 4 things failed/)
    assert.ok(!/Uploaded \d/.test(out + err))
    assert.deepEqual(
      (await kept('mixed/')).map(({ path }) => path),
      ['mixed/good.txt'],
    )
  })

  test('leaves out links, hidden files and what is excluded, unless it is asked for them', async () => {
    write('choice/.hidden/x.txt', 'x')
    write('choice/keep.txt', 'keep')
    write('choice/cache/tmp.txt', 'tmp')
    write('choice/notes.bak', 'bak')
    write('elsewhere/far.txt', 'far')
    symlinkSync('../elsewhere', join(rig.folder, 'choice', 'link'))
    symlinkSync('..', join(rig.folder, 'choice', 'circle'))
    const exclude = ['--exclude', '*.bak', '--exclude', 'choice/cache/**']
    const to = ['--to', rig.organizationId, '--json']
    const done = ({ events }: Awaited<ReturnType<Rig['run']>>) =>
      events
        .filter(({ event }) => event === 'done')
        .map(({ path }) => path)
        .toSorted()
    const plain = await rig.run(['upload', 'choice', ...exclude, ...to])
    assert.deepEqual([plain.code, done(plain)], [0, ['choice/keep.txt']])
    const all = await rig.run(['upload', 'choice/.', '--hidden', '--follow', '--exclude', 'circle', ...exclude, ...to])
    assert.deepEqual([all.code, done(all)], [0, ['.hidden/x.txt', 'cache/tmp.txt', 'keep.txt', 'link/far.txt']])
  })

  test('goes on with what fits when the organization has no room for the rest', async () => {
    const { platform } = rig.t
    const quota = platform.db.updateTable('quota').where('organization_id', '=', rig.organizationId)
    const { used_bytes: used } = await platform.db
      .selectFrom('quota')
      .select('used_bytes')
      .where('organization_id', '=', rig.organizationId)
      .executeTakeFirstOrThrow()
    write('room/large.bin', Buffer.alloc(200_000, 1))
    write('room/small.txt', 'small enough')
    await quota.set({ limit_bytes: used + 1_000 }).execute()
    const { code, err, out } = await rig.run(['upload', 'room', '--to', rig.organizationId])
    await quota.set({ limit_bytes: 1024 ** 3 }).execute()
    assert.equal(code, 1)
    assert.match(out, /uploaded {2}room\/small\.txt/)
    assert.match(err, /room\/large\.bin: .*Make room there, or ask an owner/)
  })

  test('says what is wrong with a key, and with words that it does not know, before anything is sent', async () => {
    write('one.txt', 'one')
    const file = join(rig.folder, 'one.txt')
    const to = ['upload', file, '--to', `${rig.organizationId}/Nowhere`]
    const cases: [words: string[], about: object, code: number, says: RegExp][] = [
      [to, {}, 1, /There is no folder "Nowhere".*--make-folders/],
      [
        [...to, '--make-folders'],
        { key: await rig.key(['read', 'upload']) },
        1,
        /scope write.*trove login .*--scopes=/,
      ],
      [['upload', file, '--to', rig.organizationId], { key: await rig.key(['read']) }, 1, /scope upload/],
      [
        to,
        { key: 'trove_never' },
        1,
        /does not take the key: it was revoked, or has expired\. Sign in again: trove login http/,
      ],
      [['upload', 'one.txt'], {}, 2, /--to/],
      [['upload', '--to', 'x'], {}, 2, /what to send/],
      [[...to, '--parallel', '0'], {}, 2, /--parallel/],
      [[...to, '--chunk', '96MB'], {}, 2, /--chunk/],
      [[...to, '--what'], {}, 2, /--what/],
      [['fetch'], {}, 2, /does not know "fetch"/],
      [['ls'], { environment: { TROVE_API_KEY: '', TROVE_SERVER: '' } }, 1, /Nobody has signed in here/],
      [['ls', '--server', 'http://127.0.0.1:9'], {}, 1, /does not answer/],
    ]
    await Promise.all(
      cases.map(async ([words, about, code, says]) => {
        const ended = await rig.say(words, about)
        assert.equal(ended.code, code, `${words.join(' ')}\n${ended.err}`)
        assert.match(ended.err, says)
        assert.doesNotMatch(ended.out + ended.err, /trove_[\w-]{20}/)
      }),
    )
  })

  test('is helped word by word', async () => {
    for (const word of ['login', 'logout', 'whoami', 'ls', 'find', 'upload', 'download']) {
      const { code, out } = await rig.say([word, '--help'])
      assert.equal(code, 0)
      assert.match(out, new RegExp(`^trove ${word}`))
    }
  })

  test('begins a file anew that is changed while it is sent, and is not stopped by one that is deleted', async () => {
    write('moving/1 growing.bin', Buffer.alloc(3_000_000, 'a'))
    write('moving/2 gone.txt', 'soon gone')
    write('moving/3 stays.txt', 'stays')
    rig.proxy.slow(3_000_000)
    const running = rig.start([
      'upload',
      'moving',
      '--to',
      rig.organizationId,
      '--json',
      '--parallel',
      '1',
      '--chunk',
      '256KiB',
    ])
    await running.until(({ event }) => event === 'progress')
    appendFileSync(join(rig.folder, 'moving/1 growing.bin'), 'and more')
    rmSync(join(rig.folder, 'moving/2 gone.txt'))
    rig.proxy.slow(undefined)
    const { code, events } = await running.ended
    assert.equal(code, 1)
    assert.deepEqual(
      events
        .filter(({ event }) => event === 'restarted' || event === 'failed')
        .map(({ event, path }) => `${event} ${path}`),
      ['restarted moving/1 growing.bin', 'failed moving/2 gone.txt'],
    )
    const grown = readFileSync(join(rig.folder, 'moving/1 growing.bin'))
    assert.deepEqual(await kept('moving/'), [
      { path: 'moving/1 growing.bin', sha256: sha256(grown) },
      { path: 'moving/3 stays.txt', sha256: sha256(Buffer.from('stays')) },
    ])
  })
})
