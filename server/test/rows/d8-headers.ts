import { endpoints } from '@trove/contract/all'
import type { Endpoint } from '@trove/contract/endpoint'
import type { FastifyInstance, InjectOptions } from 'fastify'
import { sql } from 'kysely'
import { castings, type Caller } from '../matrix/callers.ts'
import { outcomeOf } from '../matrix/expected.ts'
import { plant } from '../matrix/planted.ts'
import { requestFor } from '../matrix/requests.ts'
import { startTestPlatform, type TestPlatform } from '../platform.ts'
import { hostilePaths } from './e7-hostile.ts'

const NO_LIMITS = {
  LOGIN_FAILURES_PER_MINUTE: '1000000',
  REGISTRATIONS_PER_MINUTE: '1000000',
  DOWNLOADS_PER_MINUTE: '1000000',
  PUBLIC_URL: 'https://trove.example.org',
}

/** OWASP ASVS 5.0, 3.4: what every response says, and what it says it with. */
const HEADERS: Record<string, RegExp> = {
  'strict-transport-security': /max-age=31536000; includeSubDomains/,
  'content-security-policy': /(default-src 'none'|object-src 'none').*|base-uri/,
  'x-content-type-options': /^nosniff$/,
  'referrer-policy': /^(no-referrer|same-origin|strict-origin)/,
  'x-frame-options': /^DENY$/,
  'cross-origin-opener-policy': /^same-origin/,
  'cross-origin-resource-policy': /^same-(origin|site)$/,
}

/** Responses of every kind: how many, and what was missing from which. */
export async function lookAtHeaders(): Promise<{ responses: number; missing: string[] }> {
  const t = await startTestPlatform(NO_LIMITS)
  try {
    const { app } = await t.api()
    const planted = await plant(t, app)
    const missing: string[] = []
    let responses = 0
    const look = async (request: InjectOptions) => {
      const { headers, statusCode } = await app.inject(request)
      responses += 1
      for (const [name, wanted] of Object.entries(HEADERS))
        if (!wanted.test(String(headers[name] ?? '')))
          missing.push(`${request.method} ${String(request.url)}: ${statusCode}, ${name}: ${String(headers[name])}`)
      const isOpen =
        headers['access-control-allow-origin'] === '*' && headers['access-control-allow-credentials'] !== undefined
      if (isOpen) missing.push(`${String(request.url)}: open to every origin`)
    }
    for (const name of ['nobody', 'a token that is none', 'a member without a grant', 'the owner']) {
      const caller = await castAs(name, planted)
      for (const endpoint of endpoints) await look(requestFor(endpoint, caller.ids, caller.headers))
    }
    for (const url of [
      '/',
      '/files',
      '/healthz',
      '/readyz',
      '/api/docs',
      '/api/nothing',
      '/assets/none.js',
      ...hostilePaths,
    ])
      if (url.startsWith('/') && URL.canParse(url, 'http://x')) await look({ method: 'GET', url })
    return { responses, missing }
  } finally {
    await t.stop()
  }
}

async function castAs(name: string, planted: Awaited<ReturnType<typeof plant>>): Promise<Caller> {
  const casting = castings.find((each) => each.name === name)
  if (casting === undefined) throw new Error(`nobody is called ${name}`)
  return { ...casting, ...(await casting.cast(planted)) }
}

const MARK = 'slipped-in-424242'
const NUMBER = 424_242_424
const ID = '01890000-4242-7424-8242-424242424242'

/** What a client must not be able to say of anything: who owns it, whose it is, what it costs, what it may. */
const FORBIDDEN: Record<string, unknown> = {
  id: ID,
  tenantId: ID,
  organizationId: ID,
  organization_id: ID,
  ownerId: ID,
  userId: ID,
  createdBy: ID,
  created_by: ID,
  uploaderId: ID,
  blobId: ID,
  versionId: ID,
  current_version_id: ID,
  linkId: ID,
  sessionId: ID,
  isAdministrator: true,
  is_administrator: true,
  isAdmin: true,
  emailVerifiedAt: '2042-04-24T00:00:00Z',
  email_verified_at: '2042-04-24T00:00:00Z',
  passwordHash: MARK,
  password_hash: MARK,
  tokenHash: MARK,
  objectKey: MARK,
  quota: { limitBytes: NUMBER },
  quotaBytes: NUMBER,
  usedBytes: NUMBER,
  downloads: NUMBER,
  createdAt: '2042-04-24T00:00:00Z',
  created_at: '2042-04-24T00:00:00Z',
  trashedAt: '2042-04-24T00:00:00Z',
  __proto__: { isAdministrator: true },
  constructor: MARK,
}

/** Every write with thirty members that it does not declare: which of them were taken. */
export async function slipIn(): Promise<{ writes: number; done: number; taken: string[] }> {
  const t = await startTestPlatform(NO_LIMITS)
  try {
    const { app } = await t.api()
    const sum = { writes: 0, done: 0, taken: [] as string[] }
    for (const endpoint of endpoints.filter(({ method, body }) => body !== undefined && method !== 'GET')) {
      sum.writes += 1
      const { statusCodes, taken } = await slipInto(t, app, endpoint)
      if (statusCodes.some((status) => status < 300)) sum.done += 1
      sum.taken.push(...taken)
    }
    return sum
  } finally {
    await t.stop()
  }
}

async function slipInto(t: TestPlatform, app: FastifyInstance, endpoint: Endpoint) {
  const planted = await plant(t, app)
  const name = endpoint.requires.kind === 'administrator' ? 'the administrator of the installation' : 'the owner'
  const caller = await castAs(name, planted)
  if (!['allowed', 'depends'].includes(String(outcomeOf(endpoint, caller.standing))))
    return { statusCodes: [], taken: [] }
  const plain = requestFor(endpoint, caller.ids, caller.headers)
  const forbidden = Object.entries(FORBIDDEN).filter(([member]) => !declares(endpoint.body, member))
  const administrators = await countAdministrators(t)
  const { remoteAddress = '10.1.2.3' } = plain
  const statusCodes: number[] = []
  // Together, and where not everything unknown is refused each alone: one must not hide another that would be taken.
  for (const members of [forbidden, ...(isStrict(endpoint.body) ? [] : forbidden.map((one) => [one]))]) {
    const payload = JSON.stringify({ ...(plain.payload as object), ...Object.fromEntries(members) })
    const headers = { ...plain.headers, 'content-type': 'application/json' }
    statusCodes.push((await app.inject({ ...plain, headers, payload, remoteAddress })).statusCode)
  }
  const taken = await findMarks(t)
  if ((await countAdministrators(t)) !== administrators) taken.push('an administrator more')
  const faults = statusCodes.some((status) => status >= 500) ? ['a fault of the server'] : []
  return { statusCodes, taken: [...taken, ...faults].map((what) => `${endpoint.id}: ${what}`) }
}

function isStrict(schema: unknown): boolean {
  const { anyOf, additionalProperties } = schema as { anyOf?: unknown[]; additionalProperties?: unknown }
  return anyOf === undefined ? additionalProperties === false : anyOf.every(isStrict)
}

function declares(schema: unknown, member: string): boolean {
  const { properties = {}, anyOf = [] } = schema as { properties?: object; anyOf?: unknown[] }
  return Object.hasOwn(properties, member) || anyOf.some((each) => declares(each, member))
}

async function countAdministrators({ platform: { db } }: TestPlatform): Promise<number> {
  const rows = await db.selectFrom('user').select('id').where('is_administrator', '=', true).execute()
  return rows.length
}

/** Tables in which something that was slipped in has arrived. */
async function findMarks({ platform: { db } }: TestPlatform): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select tablename as name from pg_tables where schemaname = 'public'`.execute(db)
  const found: string[] = []
  for (const { name } of rows) {
    const marks = await sql<{ row: string }>`
      select row::text as row from ${sql.table(name)} as row
      where row::text ~ ${`${MARK}|${NUMBER}|${ID}|2042-04-24`} limit 1`.execute(db)
    if (marks.rows[0] !== undefined) found.push(`${name} has ${marks.rows[0].row.slice(0, 200)}`)
  }
  return found
}
