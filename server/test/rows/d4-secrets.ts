import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { createDatabase } from '../platform.ts'
import { jsonOf, makeHome, signUp, startPart, type Part, type Person } from '../server.ts'
import { ask, type Reply } from '../tus.ts'

/** As many guesses as one machine makes at once. */
const AT_ONCE = 25

export type Secrets = {
  /** How long each secret is that was given out, in bits. */
  bits: Record<string, number>
  /** Tables that hold one of them as it is. */
  kept: string[]
  /** Secrets that a line of the log has. */
  logged: string[]
  lines: number
}

/** One of each secret that is given out, and where it can be found afterwards. */
export async function giveOut(): Promise<Secrets> {
  return withApi({ LOG_LEVEL: 'debug' }, async (api, databaseUrl) => {
    const person = await signUp(api.origin)
    const secrets = await collect(api, person)
    for (const token of Object.values(secrets)) await useEverywhere(api, token)
    const words = api.words()
    return {
      bits: Object.fromEntries(Object.entries(secrets).map(([name, token]) => [name, bitsOf(token)])),
      kept: await tablesWith(databaseUrl, secrets),
      logged: Object.entries(secrets).flatMap(([name, token]) => (words.includes(token) ? [name] : [])),
      lines: words.split('\n').length,
    }
  })
}

async function collect(api: Part, person: Person): Promise<Record<string, string>> {
  const { tus, organizationId, send } = person
  const created = await tus.create({ length: 5, organizationId, filename: 'a.txt' }, Buffer.from('hello'))
  const fileId = String(created.headers['trove-file-id'])
  const link = (await send('POST', `/api/resources/${fileId}/links`, { allows: ['view', 'download'] })).json()
  const opened = await ask(api.origin, jsonOf('POST', '/api/links/open', { token: link['token'] }))
  const address = (await send('POST', `/api/files/${fileId}/download-tokens`, {})).json()
  const zip = (await send('POST', `/api/organizations/${organizationId}/zip`, { fileIds: [fileId] })).json()
  const key = (await send('POST', '/api/me/api-keys', { name: 'Key', scopes: ['read'] })).json()
  const device = (await ask(api.origin, jsonOf('POST', '/api/auth/device', { name: 'CLI', scopes: ['read'] }))).json()
  const { email, password } = person
  const signedIn = await ask(api.origin, jsonOf('POST', '/api/auth/login', { email, password }))
  return {
    link: String(link['token']),
    'visit of a link': signatureOf(String(opened.json()['accessToken'])),
    'download address': lastOf(String(address['url'])),
    'ZIP address': lastOf(String(zip['url'])),
    'API key': String(key['token']),
    'device code': String(device['deviceCode']),
    'access token': signatureOf(String(signedIn.json()['accessToken'])),
    'refresh token': cookieOf(signedIn, 'trove_refresh'),
  }
}

const lastOf = (url: string): string => new URL(url, 'http://x').pathname.split('/').at(-1) ?? ''
const signatureOf = (jwt: string): string => jwt.split('.').at(-1) ?? ''
const cookieOf = ({ headers }: Reply, name: string): string =>
  headers['set-cookie']
    ?.map((line) => new RegExp(`^${name}=([^;]+)`).exec(line)?.[1])
    .find((value) => value !== undefined) ?? ''

/** Bits of what is random in it: letters of base64url after the words that say what it is. */
const bitsOf = (token: string): number => token.replace(/^trove_/, '').length * 6

/** Wherever somebody might put it: each of these is a line of the log at this level. */
async function useEverywhere({ origin }: Part, token: string): Promise<void> {
  const headers = {
    authorization: `Bearer ${token}`,
    cookie: `trove_access=${token}; trove_refresh=${token}; trove_visit=${token}`,
  }
  await ask(origin, { method: 'GET', path: '/api/me', headers })
  await ask(origin, { method: 'GET', path: `/api/downloads/${token}` })
  await ask(origin, { method: 'GET', path: `/api/files/${token}`, headers })
  await ask(origin, jsonOf('POST', '/api/links/open', { token }))
  await ask(origin, jsonOf('POST', '/api/invitations/read', { token }))
  await ask(origin, jsonOf('POST', '/api/auth/reset-password', { token, password: 'correct horse battery staple' }))
  await ask(origin, jsonOf('POST', '/api/auth/device/key', { deviceCode: token }))
}

async function tablesWith(databaseUrl: string, secrets: Record<string, string>): Promise<string[]> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    const { rows } = await client.query<{ name: string }>(`
      select quote_ident(schemaname) || '.' || quote_ident(tablename) as name from pg_tables
      where schemaname not in ('pg_catalog', 'information_schema')`)
    const found: string[] = []
    for (const { name } of rows) {
      for (const [what, token] of Object.entries(secrets)) {
        const asBytes = Buffer.from(token).toString('hex')
        const { rowCount } = await client.query(
          `select from ${name} as row where strpos(row::text, $1) > 0 or strpos(row::text, $2) > 0 limit 1`,
          [token, asBytes],
        )
        if (rowCount !== 0) found.push(`${name} has the ${what}`)
      }
    }
    return found
  } finally {
    await client.end()
  }
}

/** Doors at which a secret can be guessed. */
const guesses: Record<string, (token: string) => Parameters<typeof ask>[1]> = {
  'a link': (token) => jsonOf('POST', '/api/links/open', { token }),
  'a download address': (token) => ({ method: 'GET', path: `/api/downloads/${token}` }),
  'an invitation': (token) => jsonOf('POST', '/api/invitations/read', { token }),
  'a device code': (token) => jsonOf('POST', '/api/auth/device/key', { deviceCode: token }),
}

export type Guessing = { door: string; lookedAt: number; limited: number; hits: number; retryAfter: number }

/** From one machine, as fast as it can: how many guesses at each door are looked at before it is told to wait. */
export function guess(tries: number): Promise<Guessing[]> {
  return withApi({}, async ({ origin }) => {
    const found: Guessing[] = []
    for (const [door, sent] of Object.entries(guesses)) {
      const sum: Guessing = { door, lookedAt: 0, limited: 0, hits: 0, retryAfter: 0 }
      for (let done = 0; done < tries; done += AT_ONCE) {
        const replies = await Promise.all(
          Array.from({ length: AT_ONCE }, () => ask(origin, sent(randomBytes(32).toString('base64url')))),
        )
        for (const { status, headers } of replies) {
          if (status < 300) sum.hits += 1
          if (status === 429) {
            sum.limited += 1
            sum.retryAfter = Number(headers['retry-after'])
          } else sum.lookedAt += 1
        }
      }
      found.push(sum)
    }
    return found
  })
}

async function withApi<T>(
  environment: Record<string, string>,
  work: (api: Part, databaseUrl: string) => Promise<T>,
): Promise<T> {
  const database = await createDatabase()
  const home = await makeHome('d4', database.url)
  const api = await startPart('api', { ...home.environment, ...environment })
  try {
    return await work(api, database.url)
  } finally {
    await api.stop()
    await database.drop()
    await home.remove()
  }
}
