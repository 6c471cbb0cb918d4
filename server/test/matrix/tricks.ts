import type { Endpoint } from '@trove/contract/endpoint'
import type { Caller } from './callers.ts'
import type { Ids } from './planted.ts'
import { metadataOf } from '../tus.ts'
import { idSlots, requestFor } from './requests.ts'

/** The same address written otherwise. */
export const pathTricks: readonly ((url: string, ids: Ids) => string)[] = [
  (url) => url.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (id) => id.toUpperCase()),
  (url) => url.replace('/api/', '/api//'),
  (url) => `${url}/`,
  (url) => `${url}%00`,
  (url) => url.replace('/api/', '/api/./'),
  (url) => url.replace('/api/', '/api/x/../'),
  (url) => url.replaceAll('/', '%2f').replace('%2fapi%2f', '/api/'),
  (url) => `${url};x=1`,
  (url) => url.replace('/api/', '/API/'),
  (url, ids) => `${url}?organizationId=${ids['organizationId']}&userId=${ids['ownerId']}`,
]

/** What proxies and frameworks believe elsewhere. */
export const headerTricks = (ids: Ids): Record<string, string>[] => [
  { 'x-original-url': '/api/me', 'x-rewrite-url': '/api/me' },
  { 'x-forwarded-for': '127.0.0.1', 'x-real-ip': '127.0.0.1', 'x-forwarded-host': 'localhost' },
  { 'x-http-method-override': 'GET' },
  { 'x-user-id': String(ids['ownerId']), 'x-organization-id': String(ids['organizationId']), 'x-role': 'owner' },
  { cookie: 'trove_access=a.b.c; trove_refresh=x; trove_visit=a.b.c' },
]

/**
 * Requests of a stranger about their own things, with ids of things that are not theirs wherever body and query have
 * room for an id.
 */
export function* idTricks(endpoints: readonly Endpoint[], ids: Ids, stranger: Caller) {
  const foreign = [
    'fileId',
    'folderId',
    'userId',
    'teamId',
    'grantId',
    'linkId',
    'uploadSessionId',
    'organizationId',
  ] as const
  for (const endpoint of endpoints) {
    for (const { where, path } of idSlots(endpoint)) {
      for (const name of foreign) {
        const own = stranger.own ?? {}
        const request = requestFor(endpoint, { ...ids, ...own }, stranger.headers)
        const value = ids[name]
        const words = `${path.join('.') || 'the body'} is the ${name} of others`
        if (where === 'query')
          yield {
            endpoint,
            words,
            request: { ...request, query: { ...(request.query as object), [String(path[0])]: String(value) } },
          }
        else
          yield { endpoint, words, request: { ...request, payload: withValue(request.payload as object, path, value) } }
      }
    }
  }
}

/** The same in the metadata of a new upload, which is a header. */
export function* metadataTricks(endpoints: readonly Endpoint[], ids: Ids, { headers, own = {} }: Caller) {
  const endpoint = endpoints.find(({ id }) => id === 'createUpload') as Endpoint
  const plain = requestFor(endpoint, { ...ids, ...own }, headers)
  for (const [name, among] of [
    ['organizationId', ['fileId', 'organizationId']],
    ['folderId', ['folderId', 'fileId', 'uploadSessionId']],
    ['uploadSessionId', ['uploadSessionId', 'folderId']],
  ] as const) {
    for (const foreign of among) {
      const organizationId = String(own['organizationId'] ?? ids['organizationId'])
      const metadata = metadataOf({ filename: 'file.bin', organizationId, [name]: String(ids[foreign]) })
      const words = `the metadata ${name} is the ${foreign} of others`
      yield { endpoint, words, request: { ...plain, headers: { ...plain.headers, 'upload-metadata': metadata } } }
    }
  }
}

function withValue(body: object, [first, ...rest]: string[], value: unknown): object {
  if (first === undefined) return body
  const present = (body as Record<string, unknown>)[first]
  if (rest.length > 0) {
    const inner = typeof present === 'object' && present !== null ? present : {}
    return { ...body, [first]: withValue(inner, rest, value) }
  }
  return { ...body, [first]: Array.isArray(present) || first.endsWith('Ids') ? [value] : value }
}
