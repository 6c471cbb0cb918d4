import { spawn } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ask, tusClient, type Sent, type TusClient } from './tus.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const MAIN = join(ROOT, 'server', 'src', 'main.ts')
const START_MS = 60_000

/** One process of the real program, as somebody would run it. */
export type Part = {
  readonly pid: number
  /** Where it serves; empty for a worker. */
  readonly origin: string
  /** Everything it has said. */
  words(): string
  readonly exit: Promise<{ code: number | null; signal: NodeJS.Signals | null; tookMs: number }>
  kill(signal: NodeJS.Signals): void
  /** SIGTERM, and its end. */
  stop(): Promise<{ code: number | null; tookMs: number }>
}

/**
 * Starts `api`, `worker` or `serve` and resolves when it is at work.
 *
 * @param environment  nothing else is inherited but what a program needs to run at all
 * @throws Error with what it said when it does not come so far
 */
export async function startPart(role: 'api' | 'worker' | 'serve', environment: Record<string, string>): Promise<Part> {
  const child = spawn(process.execPath, [MAIN, role], {
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      NODE_COMPILE_CACHE: join(ROOT, 'node_modules', '.cache', 'compile'),
      HOST: '127.0.0.1',
      PORT: '0',
      ...environment,
    },
    // With the channel it ends when the tests do, and says where it listens.
    stdio: role === 'serve' ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  let words = ''
  let origin = ''
  let killedAt = 0
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => (words += text))
  child.on('message', (message: { kind?: string; address?: string }) => {
    if (message.kind === 'listening') origin = message.address ?? ''
  })
  const exit = new Promise<{ code: number | null; signal: NodeJS.Signals | null; tookMs: number }>((resolve) =>
    child.once('close', (code, signal) => resolve({ code, signal, tookMs: Date.now() - killedAt })),
  )
  const kill = (signal: NodeJS.Signals) => {
    killedAt = Date.now()
    child.kill(signal)
  }
  const isAtWork = () => {
    if (role === 'serve') origin = /^Trove is at (\S+)/m.exec(words)?.[1] ?? ''
    return role === 'worker' ? words.includes('the worker works') : origin !== ''
  }
  const deadline = Date.now() + START_MS
  while (!isAtWork()) {
    if (child.exitCode !== null || Date.now() > deadline) {
      child.kill('SIGKILL')
      throw new Error(`${role} did not start:\n${words}`)
    }
    await sleep(20)
  }
  return {
    pid: child.pid ?? 0,
    origin: origin.replace(/\/$/, ''),
    words: () => words,
    exit,
    kill,
    stop() {
      kill('SIGTERM')
      return exit
    },
  }
}

/** A folder that Trove may use, with what all its parts must agree on. */
export async function makeHome(
  name: string,
  databaseUrl: string,
): Promise<{ environment: Record<string, string>; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), `trove-${name}-`))
  const port = String(await freePort())
  return {
    environment: { TROVE_DATA: folder, DATABASE_URL: databaseUrl, PORT: port, LOG_LEVEL: 'info' },
    remove: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }),
  }
}

/** Somebody who has signed up by the door, with an organization of their own. */
export type Person = {
  readonly email: string
  readonly password: string
  readonly authorization: string
  readonly userId: string
  readonly organizationId: string
  readonly tus: TusClient
  /** A request in their name; a body is sent as JSON. */
  send(method: string, path: string, body?: unknown): Promise<Awaited<ReturnType<typeof ask>>>
}

let people = 0

export async function signUp(origin: string): Promise<Person> {
  const email = `person-${process.pid}-${Date.now()}-${people++}@example.org`
  const password = 'correct horse battery staple'
  const registered = await ask(origin, jsonOf('POST', '/api/auth/register', { email, password, name: 'Person' }))
  if (registered.status >= 300) throw new Error(`register: ${registered.status} ${registered.body.toString()}`)
  const { accessToken, user } = registered.json() as { accessToken: string; user: { id: string } }
  const authorization = `Bearer ${accessToken}`
  const made = await ask(
    origin,
    jsonOf('POST', '/api/organizations', { name: 'Organization', type: 'studio' }, authorization),
  )
  if (made.status >= 300) throw new Error(`organization: ${made.status} ${made.body.toString()}`)
  return {
    email,
    password,
    authorization,
    userId: user.id,
    organizationId: String(made.json()['id']),
    tus: tusClient(origin, authorization),
    send: (method, path, body) => ask(origin, jsonOf(method, path, body, authorization)),
  }
}

export function jsonOf(method: string, path: string, body?: unknown, authorization?: string): Sent {
  return {
    method,
    path,
    headers: {
      ...(authorization && { authorization }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: Buffer.from(JSON.stringify(body)) }),
  }
}

export const sleep = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds))

/** Whether it became true in time. */
export async function until(
  isTrue: () => boolean | Promise<boolean>,
  withinMs: number,
  everyMs = 100,
): Promise<boolean> {
  const deadline = Date.now() + withinMs
  while (Date.now() < deadline) {
    if (await isTrue()) return true
    await sleep(everyMs)
  }
  return isTrue()
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => probe.once('listening', resolve))
  const { port } = probe.address() as AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  return port
}

/** The value below which so much of all values lies: `quantile(times, 0.99)`. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}

/** Memory of a process and all below it, in bytes: proportional shares, so that what is shared counts once. */
export function memoryOf(pid: number): number {
  return treeOf(pid).reduce((sum, member) => sum + shareOf(member), 0)
}

function shareOf(pid: number): number {
  const fieldOf = (file: string, field: string) => {
    try {
      return (
        Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/${file}`, 'utf8'))?.[1] ?? 0) *
        1024
      )
    } catch {
      return 0 // it has ended, or is somebody else's
    }
  }
  return fieldOf('smaps_rollup', 'Pss') || fieldOf('status', 'VmRSS')
}

/** A process and all that it started. */
export function treeOf(pid: number): number[] {
  const parents = new Map<number, number>()
  for (const entry of readdirSync('/proc')
    .map(Number)
    .filter((number) => number > 0)) {
    try {
      parents.set(entry, Number(readFileSync(`/proc/${entry}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1]))
    } catch {
      // It has ended.
    }
  }
  const tree = [pid]
  for (const member of tree) for (const [child, parent] of parents) if (parent === member) tree.push(child)
  return tree
}
