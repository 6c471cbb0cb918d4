import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { homedir, hostname } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { scopes as allScopes, type Scope } from '@trove/contract/access'
import { startDeviceSignIn, takeDeviceKey, type DeviceStart, type MadeApiKey } from '@trove/contract/api-keys'
import type { Endpoint } from '@trove/contract/endpoint'
import { PROBLEM_TYPE } from '@trove/contract/problems'

const SECOND_MS = 1_000
/** RFC 8628 §3.5: after `slow_down` ask five seconds less often. */
const SLOWER_MS = 5 * SECOND_MS
const DEFAULT_SCOPES: readonly Scope[] = ['read', 'download', 'upload']
const USAGE = 'Use: npm run trove login -- https://trove.example.org [--scopes=read,download,upload]'

type Environment = Readonly<Record<string, string | undefined>>
type Told = { type?: string; detail?: string }

/**
 * Signs this user of this machine in to a Trove anywhere: shows a code, waits until somebody has allowed it there, and
 * keeps the key where this user alone can read it.
 *
 * @returns the exit code: 0 well, 1 refused, 2 not understood
 */
export async function logIn(
  words: readonly string[],
  environment: Environment,
  say: (text: string) => void,
): Promise<number> {
  const base = words.find((word) => !word.startsWith('-'))
  const scopes = scopesOf(words)
  if (base === undefined || !URL.canParse(base) || !/^https?:$/.test(new URL(base).protocol) || scopes === undefined) {
    say(`${USAGE}\nThe scopes are: ${allScopes.join(', ')}.`)
    return 2
  }
  const place = base.replace(/\/+$/, '')
  if (isOpenToSee(new URL(place))) say('Careful: without https others on the way can read the key.')
  const begun = await post<DeviceStart>(place, startDeviceSignIn, {
    name: `trove on ${hostname()}`.slice(0, 100),
    scopes,
  })
  if ('refused' in begun) return refuse(begun.refused, say)
  const { userCode, verificationUriComplete } = begun.value
  say(`Open ${verificationUriComplete}\nand check that it shows the code ${userCode}. Waiting…`)
  const taken = await waitForKey(place, begun.value)
  if ('refused' in taken) return refuse(taken.refused, say)
  say(`Signed in. The key is in ${keep(place, taken.value.token, environment)}`)
  return 0
}

type Answer<T> = { value: T } | { refused: Told }

async function waitForKey(place: string, begun: DeviceStart): Promise<Answer<MadeApiKey>> {
  let everyMs = begun.intervalSeconds * SECOND_MS
  for (;;) {
    await delay(everyMs)
    const asked = await post<MadeApiKey>(place, takeDeviceKey, { deviceCode: begun.deviceCode })
    if ('value' in asked) return asked
    const kind = asked.refused.type?.slice(PROBLEM_TYPE.length)
    if (kind === 'slow-down') everyMs += SLOWER_MS
    else if (kind !== 'authorization-pending') return asked
  }
}

async function post<T>(place: string, endpoint: Endpoint, body: unknown): Promise<Answer<T>> {
  const response = await fetch(`${place}/api${endpoint.path}`, {
    method: endpoint.method,
    headers: { 'content-type': 'application/json', 'user-agent': 'trove' },
    body: JSON.stringify(body),
    redirect: 'error',
  })
  const told: unknown = await response.json().catch(() => ({}))
  return response.ok ? { value: told as T } : { refused: told as Told }
}

function refuse({ detail }: Told, say: (text: string) => void): number {
  say(detail ?? 'There is no Trove that answers at this address.')
  return 1
}

/** Beside the keys of other installations; a file that its owner alone can read, there whole or not at all. */
function keep(place: string, token: string, environment: Environment): string {
  const folder = environment['XDG_CONFIG_HOME'] ?? join(environment['HOME'] ?? homedir(), '.config')
  const path = join(folder, 'trove', 'keys.json')
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const draft = `${path}.${process.pid}`
  writeFileSync(draft, `${JSON.stringify({ ...kept(path), [place]: token }, undefined, 2)}\n`, { mode: 0o600 })
  renameSync(draft, path)
  return path
}

function kept(path: string): Record<string, string> {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw error
  }
}

function scopesOf(words: readonly string[]): readonly Scope[] | undefined {
  const flags = words.filter((word) => word.startsWith('-'))
  const [, listed] = /^--scopes=(.+)$/.exec(flags[0] ?? '') ?? []
  if (flags.length === 0) return DEFAULT_SCOPES
  const chosen = listed?.split(',').map((word) => allScopes.find((scope) => scope === word.trim())) ?? []
  const known = chosen.filter((scope) => scope !== undefined)
  return flags.length === 1 && known.length > 0 && known.length === chosen.length ? known : undefined
}

const isOpenToSee = ({ protocol, hostname: host }: URL): boolean =>
  protocol === 'http:' && !['localhost', '127.0.0.1', '[::1]'].includes(host)
