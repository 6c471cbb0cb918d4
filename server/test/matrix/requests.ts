import type { Endpoint } from '@trove/contract/endpoint'
import type { InjectOptions } from 'fastify'
import { newId } from '../../src/platform/ids.ts'
import { metadataOf } from '../tus.ts'
import type { Ids } from './planted.ts'

/** What of JSON Schema the contract uses. */
export type Schema = {
  type?: string
  enum?: unknown[]
  const?: unknown
  anyOf?: Schema[]
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  format?: string
  minimum?: number
  minLength?: number
  minItems?: number
}

const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const TUS = { 'tus-resumable': '1.0.0', 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' }

/** Words that are right where the schema alone does not tell what is. */
const words: Record<string, (ids: Ids) => unknown> = {
  email: () => `somebody-${newId()}@example.org`,
  userCode: () => 'BCDF-GHJK',
  expiresAt: () => new Date(Date.now() + 3_600_000).toISOString(),
  image: () => PIXEL,
  // All of the bytes of the upload that is planted.
  head: () => Buffer.alloc(10, 'x').toString('base64'),
  website: () => 'https://example.org',
  boundNetwork: () => '192.0.2.0/24',
  timeZone: () => 'Europe/Berlin',
  month: () => '2026-05',
  language: () => 'en',
  token: () => 'A'.repeat(43),
  deviceCode: () => 'A'.repeat(43),
  challenge: () => 'A'.repeat(43),
  principal: (ids) => ({ kind: 'user', id: ids['userId'] }),
  id: (ids) => ids['userId'],
  fileIds: (ids) => [ids['fileId']],
  folderIds: (ids) => [ids['folderId']],
  teamIds: (ids) => [ids['teamId']],
  leadId: (ids) => ids['userId'],
  removeGrantId: (ids) => ids['grantId'],
  batchId: () => newId(),
  sha256: () => 'a'.repeat(64),
  answer: () => 'a'.repeat(64),
  slug: () => `slug-${newId()}`,
}

/** A value that the schema takes: what it requires and no more. */
export function valueFor(schema: Schema, ids: Ids, name = ''): unknown {
  const known = words[name] ?? (ids[name] === undefined ? undefined : () => ids[name])
  if (schema.const !== undefined) return schema.const
  if (schema.enum) return schema.enum[0]
  if (known !== undefined) return known(ids)
  if (schema.anyOf) return valueFor(schema.anyOf[0] ?? {}, ids, name)
  switch (schema.type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {})
          .filter(([key]) => schema.required?.includes(key))
          .map(([key, of]) => [key, valueFor(of, ids, key)]),
      )
    case 'array':
      return Array.from({ length: schema.minItems ?? 0 }, () =>
        valueFor(schema.items ?? {}, ids, name.replace(/s$/, '')),
      )
    case 'integer':
    case 'number':
      return schema.minimum ?? 1
    case 'boolean':
      return true
    case 'string':
      if (schema.format === 'uuid') return newId()
      if (schema.format === 'date-time') return words['expiresAt']?.(ids)
      return 'Correct horse battery staple'.padEnd(schema.minLength ?? 0, '.')
    default:
      return {}
  }
}

export const pathFor = ({ path }: Endpoint, ids: Ids): string =>
  `/api${path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(ids[name] ?? `unknown-${name}`))}`

/** Parameters that a path names and nothing is planted for: the matrix would ask about nothing. */
export const unknownParameters = (endpoints: readonly Endpoint[], ids: Ids): string[] =>
  endpoints.flatMap(({ id, path }) =>
    [...path.matchAll(/:(\w+)/g)]
      .map(([, name = '']) => name)
      .filter((name) => ids[name] === undefined)
      .map((name) => `${id}: ${name}`),
  )

/** A request as the endpoint documents it, so that nothing but who asks can be wrong with it. */
export function requestFor(endpoint: Endpoint, ids: Ids, headers: Record<string, string>): InjectOptions {
  const { method, path, body, query } = endpoint
  const isTus = /^\/uploads(\/:uploadId)?$/.test(path)
  const metadata = metadataOf({ filename: 'file.bin', organizationId: String(ids['organizationId']) })
  return {
    method: method as NonNullable<InjectOptions['method']>,
    url: pathFor(endpoint, ids),
    headers: {
      ...(isTus && TUS),
      ...(isTus && method === 'POST' && { 'upload-length': '5', 'upload-metadata': metadata }),
      ...headers,
    },
    ...(query && { query: valueFor(query as Schema, ids) as Record<string, string> }),
    ...(body && { payload: valueFor(body as Schema, ids) as object }),
  }
}

/** Where ids of other things can be put in: names of members of body and query that hold ids. */
export function idSlots({ body, query }: Endpoint): { where: 'body' | 'query'; path: string[] }[] {
  return [
    ...slotsIn(body as Schema | undefined).map((path) => ({ where: 'body' as const, path })),
    ...slotsIn(query as Schema | undefined).map((path) => ({ where: 'query' as const, path })),
  ]
}

function slotsIn(schema: Schema | undefined, path: string[] = []): string[][] {
  if (schema === undefined) return []
  if (schema.format === 'uuid') return [path]
  return [
    ...(schema.anyOf ?? []).flatMap((each) => slotsIn(each, path)),
    ...slotsIn(schema.items, path),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, each]) => slotsIn(each, [...path, name])),
  ]
}
