import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import pg from 'pg'
import { startEmbedded, type Embedded } from './embedded.ts'
import { eventually, isAlive } from './processes.ts'

describe('the built-in PostgreSQL', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'trove-embedded-'))
  })
  after(() => rm(folder, { recursive: true, force: true }))

  test('keeps what it was given over a stop, durable, in UTF-8 and UTC', async () => {
    const first = await startEmbedded({ dataFolder: folder })
    await ask(first, "create table word as select 'größer' as text")
    await first.stop()
    assert.equal(isAlive(first.pid), false)

    const second = await startEmbedded({ dataFolder: folder })
    try {
      assert.equal(second.url, first.url)
      assert.deepEqual(await ask(second, 'select upper(text) as text from word'), [{ text: 'GRÖßER' }])
      const shown = await ask(
        second,
        "select name, setting from pg_settings where name in ('fsync', 'TimeZone', 'server_encoding') order by 1",
      )
      assert.deepEqual(
        shown.map(({ setting }) => setting),
        ['UTC', 'on', 'UTF8'],
      )
      await ask(second, 'create extension pg_stat_statements')
      assert.equal((await ask(second, 'select count(*) > 0 as counts from pg_stat_statements'))[0]?.['counts'], true)
    } finally {
      await second.stop()
    }
  })

  test('ends when the process that started it is killed, and what was committed is there at the next start', async () => {
    const script = `
      const { startEmbedded } = await import(${JSON.stringify(new URL('embedded.ts', import.meta.url).href)})
      const server = await startEmbedded({ dataFolder: ${JSON.stringify(folder)} })
      console.log(server.pid)
      setInterval(() => {}, 1000)`
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = (await once(parent.stdout, 'data')) as [Buffer]
    const pid = Number(line.toString())
    parent.kill('SIGKILL')
    await once(parent, 'exit')
    const next = await startEmbedded({ dataFolder: folder })
    try {
      assert.ok(await eventually(() => !isAlive(pid), 5000), 'the orphan has ended')
      assert.equal((await ask(next, 'select text from word')).length, 1)
    } finally {
      await next.stop('now')
    }
  })

  test('a pid file of a server that is gone, or of a stranger, is no obstacle', async () => {
    const path = join(folder, 'postgres', 'postmaster.pid')
    await writeFile(path, `${process.ppid}\n${join(folder, 'postgres')}\n1\n1\n\n127.0.0.1\n1 1\nready\n`)
    const server = await startEmbedded({ dataFolder: folder })
    assert.equal(Number((await readFile(path, 'utf8')).split('\n')[0]), server.pid)
    await server.stop()
  })

  test('what PostgreSQL says against starting is told', async () => {
    const broken = join(folder, 'postgres', 'postgresql.auto.conf')
    const before = await readFile(broken)
    await writeFile(broken, 'no_such_setting = 1\n')
    await assert.rejects(startEmbedded({ dataFolder: folder }), /did not start[\s\S]*no_such_setting/)
    await writeFile(broken, before)
  })
})

async function ask(server: Embedded, statement: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: server.url })
  await client.connect()
  try {
    return (await client.query(statement)).rows as Record<string, unknown>[]
  } finally {
    await client.end()
  }
}
