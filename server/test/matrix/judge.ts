import type { Endpoint } from '@trove/contract/endpoint'
import { sql } from 'kysely'
import type { TestPlatform } from '../platform.ts'
import type { Caller, Standing } from './callers.ts'
import type { Outcome } from './expected.ts'
import { DEEP_MARK, MARK, OPEN_MARK } from './planted.ts'
import { deviationOf } from './strict.ts'

export type Answer = { statusCode: number; body: string; headers: Record<string, unknown> }

export type Fault = { endpoint: Endpoint; caller: Pick<Caller, 'name'>; words: string }

/** What is wrong with an answer: nothing, or one thing. */
export function faultIn(endpoint: Endpoint, caller: Caller, outcome: Outcome, answer: Answer): Fault[] {
  const { statusCode, body } = answer
  const isTold = statusCode >= 200 && statusCode < 300 && endpoint.method !== 'HEAD'
  const fault =
    wrongStatus(endpoint, outcome, statusCode) ??
    (mayTell(caller.standing, statusCode, endpoint)
      ? undefined
      : leakIn(caller.standing, typeof outcome === 'number', body)) ??
    (isTold ? deviationOf(endpoint, body) : undefined)
  if (fault === undefined) return []
  return [{ endpoint, caller, words: `${statusCode}, should be ${outcome}: ${fault}. ${body.slice(0, 400)}` }]
}

function wrongStatus(endpoint: Endpoint, outcome: Outcome, status: number): string | undefined {
  if (status >= 500) return 'the server failed'
  if (typeof outcome === 'number') return status === outcome ? undefined : 'another status'
  if (endpoint.path === WEBSOCKET) return undefined
  if (outcome === 'depends') return undefined
  if (status === 401) return 'a sign-in was asked for'
  const isRead = endpoint.method === 'GET' || endpoint.method === 'HEAD'
  return isRead && status >= 400 && !NOT_THERE.has(endpoint.id) ? 'refused' : undefined
}

const WEBSOCKET = '/live'
/** What may be read, and is not there in the world that is planted, or only by an address that has been handed out. */
const NOT_THERE = new Set(['getAvatar', 'getFileSize'])

/** Whoever may read it may be told of it. */
function mayTell(standing: Standing, status: number, { response }: Endpoint): boolean {
  if (status >= 400) return false
  if (standing.kind === 'link') return standing.isOwn && (response as { format?: string }).format === 'binary'
  return (
    standing.kind === 'user' && (standing.role === 'owner' || standing.role === 'admin' || standing.onFile.length > 0)
  )
}

function leakIn(standing: Standing, isRefused: boolean, body: string): string | undefined {
  const told = body.toLowerCase()
  const isInside = standing.kind === 'user' && (standing.role !== undefined || standing.isAdministrator === true)
  const isGuest = standing.kind === 'user' && standing.role === 'guest'
  if (told.includes(DEEP_MARK) || (isGuest && told.includes(OPEN_MARK))) return 'it tells a name'
  if (told.includes(MARK) && (!isInside || isRefused)) return 'it tells a name'
  return undefined
}

/** A refusal of what is there, without what tells one request from another. */
export const bare = ({ statusCode, body }: Answer): string =>
  `${statusCode} ${body.replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, 'id')}`

/** Tables that nobody but those who may can have changed. What the trail and the clocks keep is not in it. */
const TABLES = [
  'organization',
  'organization_member',
  'organization_erasure',
  'organization_logo',
  'quota',
  'team',
  'team_member',
  'invitation',
  'resource',
  'folder',
  'timeline_event',
  'event_picture',
  'event_tag',
  'file_use',
  'tag',
  'file_tag',
  'file_change',
  'trim',
  'file',
  'version',
  'blob',
  'variant',
  'grant',
  'reach',
  'link',
  'upload',
  'upload_session',
  'installation',
  'passkey',
  'totp',
  'linked_sign_in',
  'avatar',
]

/** Counters of what was used, which whoever may use it moves. */
const COUNTERS = ['downloads', 'visits', 'last_used_at', 'updated_at']

/** A mark of all rows of each table. */
export async function fingerprint({ platform: { db } }: TestPlatform): Promise<Record<string, string>> {
  const prints: Record<string, string> = {}
  for (const table of TABLES) {
    const { rows } = await sql<{ print: string }>`
      select md5(coalesce(string_agg(row::text, '' order by row::text), '')) as print
      from (select to_jsonb(one) - ${COUNTERS}::text[] as row from ${sql.table(table)} as one) as plain`.execute(db)
    prints[table] = rows[0]?.print ?? ''
  }
  return prints
}
