import type { Folder } from '@trove/contract/folders'
import type { Installation, SignedIn } from '@trove/contract/identity'
import type { Organization } from '@trove/contract/organizations'
import type { UploadSession } from '@trove/contract/upload-sessions'

/** The account that the demonstration belongs to. It is printed wherever it is made, so it protects nothing. */
export const DEMO_ACCOUNT = { email: 'demo@trove.example', name: 'Demo', password: 'northlight-studio' } as const
export const DEMO_ORGANIZATION = { name: 'Northlight Studio', type: 'studio' } as const

const TOKEN_MARGIN_MS = 60_000
const ATTEMPTS = 6
const PAUSE_MS = 1000

/** A running Trove, as any program outside sees it. */
export type Client = { baseUrl: string; signedIn?: SignedIn }

export class Refused extends Error {
  readonly status: number
  constructor(status: number, text: string) {
    super(text)
    this.status = status
  }
}

export function getInstallation(client: Client): Promise<Installation> {
  return call(client, 'GET', '/api/installation')
}

export async function register(client: Client): Promise<void> {
  client.signedIn = await call<SignedIn>(client, 'POST', '/api/auth/register', DEMO_ACCOUNT)
}

/** @throws Refused with 401 when there is no such account */
export async function signIn(client: Client): Promise<void> {
  const { email, password } = DEMO_ACCOUNT
  delete client.signedIn
  client.signedIn = await call<SignedIn>(client, 'POST', '/api/auth/login', { email, password })
}

/** The demonstration's organization, made if it is not there. */
export async function ensureOrganization(client: Client): Promise<Organization> {
  const { items } = await call<{ items: Organization[] }>(client, 'GET', '/api/organizations')
  return (
    items.find(({ name }) => name === DEMO_ORGANIZATION.name) ??
    call(client, 'POST', '/api/organizations', DEMO_ORGANIZATION)
  )
}

/** The batch that the demonstration was loaded in, if it ever was. */
export async function findSession(
  client: Client,
  organizationId: string,
  fileCount: number,
): Promise<UploadSession | undefined> {
  const { items } = await call<{ items: UploadSession[] }>(
    client,
    'GET',
    `/api/organizations/${organizationId}/upload-sessions?limit=200`,
  )
  return items.find((session) => session.fileCount === fileCount)
}

export function createSession(client: Client, organizationId: string, fileCount: number): Promise<UploadSession> {
  return call(client, 'POST', `/api/organizations/${organizationId}/upload-sessions`, { fileCount })
}

/** The id of a folder at the top, which is made if it is not there. */
export async function ensureFolder(client: Client, organizationId: string, name: string): Promise<string> {
  const path = `/api/organizations/${organizationId}/folders`
  const { items } = await call<{ items: Folder[] }>(client, 'GET', `${path}?limit=200`)
  const folder = items.find((one) => one.name === name) ?? (await call<Folder>(client, 'POST', path, { name }))
  return folder.id
}

/** Names of all files, those in the trash included. */
export async function listNames(client: Client, organizationId: string): Promise<Set<string>> {
  const names = new Set<string>()
  for (const trashed of ['', '&trashed=true']) {
    let cursor: string | undefined = ''
    while (cursor !== undefined) {
      const after: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
      const page: { items: { name: string }[]; next?: string } = await call(
        client,
        'GET',
        `/api/organizations/${organizationId}/files?limit=200${trashed}${after}`,
      )
      for (const { name } of page.items) names.add(name)
      cursor = page.next
    }
  }
  return names
}

export type Parcel = {
  name: string
  mediaType: string
  bytes: Buffer
  organizationId: string
  uploadSessionId: string
  folderId?: string | undefined
}

/** One file in one request (tus 1.0.0, creation-with-upload). */
export async function upload(client: Client, parcel: Parcel): Promise<void> {
  const { name, mediaType, bytes, organizationId, uploadSessionId, folderId = '' } = parcel
  const words = { filename: name, filetype: mediaType, organizationId, uploadSessionId, folderId }
  const metadata = Object.entries(words).map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
  const response = await send(client, 'POST', '/api/uploads', {
    headers: {
      'tus-resumable': '1.0.0',
      'upload-length': String(bytes.length),
      'upload-metadata': metadata.join(','),
      'content-type': 'application/offset+octet-stream',
    },
    body: new Uint8Array(bytes),
  })
  const offset = Number(response.headers.get('upload-offset'))
  if (offset !== bytes.length) throw new Error(`${name}: the server kept ${offset} of ${bytes.length} bytes.`)
}

/** What the API answers; nothing of an answer without a body. */
export async function call<T>(client: Client, method: string, path: string, body?: object): Promise<T> {
  const sent = body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  const response = await send(client, method, path, sent)
  return (response.status === 204 ? undefined : await response.json()) as T
}

type Sent = { headers?: Record<string, string>; body?: string | Uint8Array<ArrayBuffer> }

/** Waits and asks again when the server is busy, starting or starting again. */
async function send(client: Client, method: string, path: string, sent: Sent, attempt = 1): Promise<Response> {
  const expiresAt = client.signedIn?.expiresAt
  if (expiresAt !== undefined && Date.parse(expiresAt) - Date.now() < TOKEN_MARGIN_MS) await signIn(client)
  const token = client.signedIn?.accessToken
  const headers = { ...sent.headers, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) }
  let pauseMs = PAUSE_MS * attempt
  try {
    const response = await fetch(new URL(path, client.baseUrl), { ...sent, method, headers })
    if (response.ok) return response
    const problem = (await response.json().catch(() => ({}))) as { title?: string; detail?: string }
    const refusal = new Refused(
      response.status,
      `${problem.title ?? response.statusText}. ${problem.detail ?? ''}`.trim(),
    )
    if (![429, 503].includes(response.status) || attempt >= ATTEMPTS) throw refusal
    pauseMs = Math.max(pauseMs, Number(response.headers.get('retry-after') ?? 0) * 1000)
  } catch (error) {
    // `fetch` says TypeError when nobody answered.
    if (!(error instanceof TypeError) || attempt >= ATTEMPTS) throw error
  }
  await new Promise((resolve) => setTimeout(resolve, pauseMs))
  return send(client, method, path, sent, attempt + 1)
}
