import { hostname } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { scopes as allScopes, type Scope } from '@trove/contract/access'
import { startDeviceSignIn, takeDeviceKey, type DeviceStart } from '@trove/contract/api-keys'
import type { Context } from '../context.ts'
import { Failure, isFailure } from '../failure.ts'
import { interrupted } from '../server/exchange.ts'
import { keepKey, placeOf } from '../server/keys.ts'
import { openServer, type Server } from '../server/server.ts'

const SECOND_MS = 1_000
/** RFC 8628 §3.5: after `slow_down` ask five seconds less often. */
const SLOWER_MS = 5 * SECOND_MS
/** What upload, download and ls need; `write` is what making folders and putting something into one takes. */
const DEFAULT_SCOPES: readonly Scope[] = ['read', 'download', 'upload', 'write']

export const help = `trove login https://trove.example.org [--scopes=${DEFAULT_SCOPES.join(',')}]

Shows a code, waits until somebody has allowed it in a browser, and keeps the key where this user alone can read it.
The scopes are: ${allScopes.join(', ')}.`

/** Signs this user of this machine in to a Trove anywhere. @returns the exit code */
export async function run({ words, environment, streams, signal }: Context): Promise<number> {
  const { values: flags, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: { help: { type: 'boolean', short: 'h' }, scopes: { type: 'string' } },
  })
  const [address = '', ...more] = positionals
  const place = placeOf(address)
  const scopes = scopesOf(flags.scopes)
  if (place === undefined || more.length > 0 || scopes === undefined) throw new Failure('misunderstood', help)
  const say = (text: string) => streams.out.write(`${text}\n`)
  if (isOpenToSee(new URL(place))) say('Careful: without https others on the way can read the key.')
  const server = openServer({ place, token: undefined, environment, signal, giveUpMs: 0 })
  try {
    const name = `trove on ${hostname()}`.slice(0, 100)
    const begun = await server.call(startDeviceSignIn, { body: { name, scopes: [...scopes] } }, 'once')
    say(`Open ${begun.verificationUriComplete}\nand check that it shows the code ${begun.userCode}. Waiting…`)
    const { token } = await waitForKey(server, begun, signal)
    say(`Signed in. The key is in ${keepKey(place, token, environment)}`)
    return 0
  } finally {
    server.close()
  }
}

async function waitForKey(server: Server, begun: DeviceStart, signal: AbortSignal): Promise<{ token: string }> {
  let everyMs = begun.intervalSeconds * SECOND_MS
  for (;;) {
    await delay(everyMs, undefined, { signal }).catch(() => {
      throw interrupted()
    })
    try {
      return await server.call(takeDeviceKey, { body: { deviceCode: begun.deviceCode } }, 'once')
    } catch (error) {
      if (isFailure(error, 'slow-down')) everyMs += SLOWER_MS
      // A network that is away for a moment ends nothing; the code ends by itself.
      else if (!isFailure(error, 'authorization-pending', 'lost', 'unavailable')) throw error
      else if (Date.now() > Date.parse(begun.expiresAt)) throw error
    }
  }
}

function scopesOf(listed: string | undefined): readonly Scope[] | undefined {
  if (listed === undefined) return DEFAULT_SCOPES
  const chosen = listed.split(',').map((word) => allScopes.find((scope) => scope === word.trim()))
  const known = chosen.filter((scope) => scope !== undefined)
  return known.length === chosen.length ? known : undefined
}

const isOpenToSee = ({ protocol, hostname: host }: URL): boolean =>
  protocol === 'http:' && !['localhost', '127.0.0.1', '[::1]'].includes(host)
