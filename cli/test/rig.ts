import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Scope } from '@trove/contract/access'
import { makeKey, makeOrganization, makeUser } from '../../server/test/make.ts'
import { startTestPlatform, type TestPlatform } from '../../server/test/platform.ts'
import type { UserActor } from '../../server/src/platform/actor.ts'
import { say } from '../src/run.ts'
import { openProxy, type Proxy } from './proxy.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const MAIN = join(ROOT, 'cli', 'src', 'main.ts')

/** A line that `--json` prints. */
export type Event = { event: string; path?: string; reason?: string; exitCode?: number; [more: string]: unknown }

export type Running = {
  child: ChildProcess
  ended: Promise<Ended>
  /** Resolves when a line of `--json` fits, and the program still runs. */
  until(fits: (event: Event) => boolean): Promise<Event>
}

export type Ended = { code: number | null; signal: NodeJS.Signals | null; out: string; err: string; events: Event[] }

export type Said = { code: number; out: string; err: string }

export type Rig = {
  t: TestPlatform
  proxy: Proxy
  owner: UserActor
  organizationId: string
  /** A folder for what the test makes. */
  folder: string
  /** Ends the API and starts it again on the same database and store, behind the same address. */
  restart(): Promise<void>
  key(scopes: readonly Scope[]): Promise<string>
  /** Starts the client as a process of its own. @param about  `key`: another key; `cwd`: where it runs */
  start(words: readonly string[], about?: { key?: string; cwd?: string; environment?: Record<string, string> }): Running
  run(
    words: readonly string[],
    about?: { key?: string; cwd?: string; environment?: Record<string, string> },
  ): Promise<Ended>
  /** The same within this process: quicker, where no process is needed. */
  say(words: readonly string[], about?: { key?: string; environment?: Record<string, string> }): Promise<Said>
  stop(): Promise<void>
}

/** A Trove that listens behind a proxy of ours, somebody with a key, and the client. */
export async function openRig(environment: Record<string, string> = {}): Promise<Rig> {
  const t = await startTestPlatform(environment)
  const listen = async () => {
    const api = await t.api()
    const origin = await api.app.listen({ port: 0, host: '127.0.0.1' })
    return { api, port: Number(new URL(origin).port) }
  }
  let listening = await listen()
  const proxy = await openProxy(listening.port)
  const owner = await makeUser(t.platform)
  const { id: organizationId } = await makeOrganization(t.platform, owner)
  const key = async (scopes: readonly Scope[]) =>
    (await makeKey(t.platform, owner, scopes)).authorization.replace('Bearer ', '')
  const usual = await key(['read', 'download', 'upload', 'write'])
  const folder = mkdtempSync(join(tmpdir(), 'trove-cli-'))
  const running = new Set<ChildProcess>()
  const environmentOf = (about: { key?: string; environment?: Record<string, string> }) => ({
    TROVE_SERVER: proxy.origin,
    TROVE_API_KEY: about.key ?? usual,
    XDG_STATE_HOME: join(folder, '.state'),
    XDG_CONFIG_HOME: join(folder, '.config'),
    ...about.environment,
  })
  const start: Rig['start'] = (words, about = {}) => {
    const started = startClient(words, { cwd: about.cwd ?? folder, environment: environmentOf(about) })
    running.add(started.child)
    void started.ended.then(() => running.delete(started.child))
    return started
  }
  return {
    t,
    proxy,
    owner,
    organizationId,
    folder,
    key,
    start,
    run: (words, about) => start(words, about).ended,
    say: (words, about = {}) => sayHere(words, environmentOf(about)),
    async restart() {
      await listening.api.close()
      listening = await listen()
      proxy.turnTo(listening.port)
    },
    async stop() {
      for (const child of running) child.kill('SIGKILL')
      await proxy.close()
      await t.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function sayHere(words: readonly string[], environment: Record<string, string>): Promise<Said> {
  const said = { out: '', err: '' }
  const streams = {
    out: { write: (text: string) => (said.out += text) },
    err: { write: (text: string) => (said.err += text) },
  }
  const { signal } = new AbortController()
  return { code: await say(words, { environment, streams, signal }), ...said }
}

function startClient(words: readonly string[], about: { cwd: string; environment: Record<string, string> }): Running {
  const child = spawn(process.execPath, [MAIN, ...words], {
    cwd: about.cwd,
    env: {
      PATH: process.env['PATH'],
      NODE_COMPILE_CACHE: join(ROOT, 'node_modules', '.cache', 'compile'),
      ...about.environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  let err = ''
  const events: Event[] = []
  const watchers = new Set<(event: Event) => void>()
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
  let line = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
    const rows = (line + text).split('\n')
    line = rows.pop() ?? ''
    for (const row of rows.filter((one) => one.startsWith('{'))) {
      const event = JSON.parse(row) as Event
      events.push(event)
      for (const watch of watchers) watch(event)
    }
  })
  const ended = new Promise<Ended>((resolve) =>
    child.once('close', (code, signal) => resolve({ code, signal, out, err, events })),
  )
  return {
    child,
    ended,
    until: (fits) =>
      new Promise((resolve, reject) => {
        const known = events.find(fits)
        if (known !== undefined) return resolve(known)
        watchers.add((event) => fits(event) && resolve(event))
        void ended.then(() => reject(new Error(`It ended before:\n${out}\n${err}`)))
      }),
  }
}
