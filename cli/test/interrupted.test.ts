import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { keptBelow, sha256 } from './kept.ts'
import { openRig, type Event, type Rig } from './rig.ts'

const LARGE_BYTES = 6_000_000
/** Slow enough to be interrupted in the middle: two seconds for a large file. */
const SLOW = 3_000_000

describe('an upload from the command line that is interrupted', () => {
  let rig: Rig
  before(async () => {
    rig = await openRig()
  })
  after(() => rig.stop())

  /** A folder with a large file. @returns the command that sends it, and what must be there afterwards */
  const makeLarge = (name: string) => {
    const bytes = randomBytes(LARGE_BYTES)
    mkdirSync(join(rig.folder, name))
    writeFileSync(join(rig.folder, name, 'film.bin'), bytes)
    const command = ['upload', name, '--to', rig.organizationId, '--json', '--chunk', '1MiB']
    return { command, expected: [{ path: `${name}/film.bin`, sha256: sha256(bytes) }] }
  }

  const isHalf = ({ event, movedBytes }: Event) => event === 'progress' && Number(movedBytes) > LARGE_BYTES / 2

  test('by Ctrl-C says how to go on, ends with 130, and goes on where it stopped', async () => {
    const { command, expected } = makeLarge('ctrl-c')
    rig.proxy.slow(SLOW)
    const first = rig.start(command.filter((word) => word !== '--json'))
    rig.proxy.takeSentBytes()
    for (let sent = 0; sent < LARGE_BYTES / 2; sent += rig.proxy.takeSentBytes()) await delay(20)
    first.child.kill('SIGINT')
    const { code, err } = await first.ended
    assert.equal(code, 130)
    assert.match(err, /Interrupted: 0 of 1 file are safe\. To go on:\n {2}trove upload ctrl-c --to /)
    rig.proxy.slow(undefined)
    rig.proxy.takeSentBytes()
    const second = await rig.run(command)
    assert.equal(second.code, 0, second.err)
    assert.ok(rig.proxy.takeSentBytes() < LARGE_BYTES * 0.8, 'it sent what was there already')
    assert.deepEqual(await keptBelow(rig, 'ctrl-c/'), expected)
    assert.equal(second.events.find(({ event }) => event === 'done')?.['verified'], true)
  })

  test('by kill -9, with the server started anew meanwhile, goes on where it stopped', async () => {
    const { command, expected } = makeLarge('killed')
    rig.proxy.slow(SLOW)
    const first = rig.start(command)
    await first.until(isHalf)
    first.child.kill('SIGKILL')
    await first.ended
    rig.proxy.slow(undefined)
    await rig.restart()
    rig.proxy.takeSentBytes()
    const second = await rig.run(command)
    assert.equal(second.code, 0, second.err)
    assert.ok(rig.proxy.takeSentBytes() < LARGE_BYTES * 0.8, 'it sent what was there already')
    assert.deepEqual(await keptBelow(rig, 'killed/'), expected)
  })

  test('by a network that breaks and a server that starts anew goes on by itself', async () => {
    const { command, expected } = makeLarge('broken')
    rig.proxy.slow(SLOW)
    const running = rig.start(command)
    await running.until(({ event }) => event === 'progress')
    rig.proxy.cut()
    await running.until(isHalf)
    rig.proxy.away(true)
    rig.proxy.cut()
    await rig.restart()
    rig.proxy.away(false)
    rig.proxy.slow(undefined)
    const { code, events, err } = await running.ended
    assert.equal(code, 0, err)
    assert.deepEqual(await keptBelow(rig, 'broken/'), expected)
    const shares = events
      .filter(({ event }) => event === 'progress')
      .map(({ movedBytes, bytes }) => Number(movedBytes) / Number(bytes))
    assert.ok(shares.every((share) => share >= 0 && share <= 1))
  })

  test('by kill -9 among many small files brings each of them once', async () => {
    mkdirSync(join(rig.folder, 'many'))
    const names = Array.from({ length: 60 }, (_, i) => `note ${i}.txt`)
    for (const name of names) writeFileSync(join(rig.folder, 'many', name), `text of ${name}`)
    const command = ['upload', 'many', '--to', rig.organizationId, '--json']
    for (const kills of [10, 20]) {
      const running = rig.start(command)
      let done = 0
      await running.until(({ event }) => event === 'done' && ++done >= kills)
      running.child.kill('SIGKILL')
      await running.ended
    }
    const last = await rig.run(command)
    assert.equal(last.code, 0, last.err)
    const summary = last.events.at(-1)
    assert.equal(Number(summary?.['done']) + Number(summary?.['present']), names.length)
    assert.deepEqual(
      (await keptBelow(rig, 'many/')).map(({ path }) => path).toSorted(),
      names.map((name) => `many/${name}`).toSorted(),
    )
  })

  test('waits as long as a busy server asks, and gives up on one that stays away', async () => {
    writeFileSync(join(rig.folder, 'busy.txt'), 'busy')
    rig.proxy.answer(2, 'POST', '429 Too Many Requests\r\nRetry-After: 1')
    const startedAt = Date.now()
    const patient = await rig.run(['upload', 'busy.txt', '--to', rig.organizationId, '--json'])
    assert.equal(patient.code, 0, patient.err)
    assert.ok(Date.now() - startedAt > 1_000)
    assert.ok(patient.events.some(({ event, waitMs }) => event === 'waiting' && Number(waitMs) >= 1_000))

    const { command } = makeLarge('left')
    rig.proxy.slow(SLOW)
    const running = rig.start([...command, '--give-up-after', '1'])
    await running.until(({ event }) => event === 'progress')
    rig.proxy.away(true)
    rig.proxy.cut()
    const { code, events } = await running.ended
    rig.proxy.away(false)
    rig.proxy.slow(undefined)
    assert.equal(code, 1)
    const [failed] = (events.at(-1)?.['failed'] ?? []) as { kind: string; advice: string }[]
    assert.deepEqual([failed?.kind, failed?.advice], ['lost', 'Run the same command again to go on.'])
  })

  test('is not disturbed by the same command beside it, nor by what it left behind when it was killed', async () => {
    const { command } = makeLarge('twice')
    rig.proxy.slow(SLOW)
    const first = rig.start(command)
    await first.until(({ event }) => event === 'progress')
    const beside = await rig.run(command)
    assert.equal(beside.code, 1)
    assert.match(beside.out, /The same upload is running already/)
    rig.proxy.slow(undefined)
    assert.equal((await first.ended).code, 0)
    const kept = readdirSync(join(rig.folder, '.state', 'trove', 'uploads'))
    assert.deepEqual(
      kept.filter((name) => name.endsWith('.lock')),
      [],
    )
  })

  test('waits while somebody has paused it on the page, and ends when they cancel it', async () => {
    const key = await rig.key(['upload'])
    const { t, organizationId } = rig
    const sessionCalled = (name: string) =>
      t.platform.db
        .selectFrom('upload_session')
        .select(['id', 'name'])
        .where('organization_id', '=', organizationId)
        .where('name', 'like', `${name},%`)
        .execute()
    const decide = async (name: string, what: string) => {
      const [session] = await sessionCalled(name)
      const path = `/api/upload-sessions/${session?.id}/${what}`
      const { status } = await fetch(rig.proxy.origin + path, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}` },
      })
      assert.equal(status, 200)
    }
    const paused = makeLarge('paused')
    const cancelled = makeLarge('cancelled')
    rig.proxy.slow(SLOW)
    const first = rig.start(paused.command)
    const second = rig.start(cancelled.command)
    await Promise.all([
      first.until(({ event }) => event === 'progress'),
      second.until(({ event }) => event === 'progress'),
    ])
    await Promise.all([decide('paused', 'pause'), decide('cancelled', 'cancel')])
    const { reason } = await first.until(({ event, reason }) => event === 'waiting' && /paused/.test(reason ?? ''))
    assert.match(reason ?? '', /has paused this upload session; resume it to go on/)
    rig.proxy.slow(undefined)
    const ended = await second.ended
    assert.equal(ended.code, 1)
    assert.match(ended.out, /Somebody has cancelled this upload session/)
    assert.equal((await sessionCalled('cancelled')).length, 1, 'it was begun anew against what somebody wants')
    await decide('paused', 'resume')
    assert.equal((await first.ended).code, 0)
    assert.deepEqual(await keptBelow(rig, 'paused/'), paused.expected)
    assert.deepEqual(await keptBelow(rig, 'cancelled/'), [])
  })
})
