import { createHash } from 'node:crypto'
import { Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http'

/** A response, read to its end. */
export type Reply = { status: number; headers: IncomingHttpHeaders; body: Buffer; json(): Record<string, unknown> }

export type Sent = {
  method: string
  path: string
  headers?: Record<string, string | number>
  body?: Uint8Array | undefined
}

const agent = new Agent({ keepAlive: true, maxSockets: 256 })

/** One request, literally: no header is added but Host and, with a body, Content-Length. Rejects when the connection breaks. */
export async function ask(origin: string, sent: Sent): Promise<Reply> {
  try {
    return await askOnce(origin, sent)
  } catch (error) {
    // The server had closed the idle connection at the moment it was used again, and has read nothing of the request.
    if (error instanceof Unread) return askOnce(origin, sent)
    throw error
  }
}

class Unread extends Error {}

function askOnce(origin: string, { method, path, headers = {}, body }: Sent): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': body.length }
    const url = new URL(path, origin)
    const sent = httpRequest(url, { method, agent, headers: { ...length, ...headers } }, (response) => {
      const status = response.statusCode ?? 0
      response.toArray().then((chunks) => {
        const bytes = Buffer.concat(chunks as Buffer[])
        const json = () => JSON.parse(bytes.toString()) as Record<string, unknown>
        resolve({ status, headers: response.headers, body: bytes, json })
      }, reject)
    })
    sent.on('error', (error: NodeJS.ErrnoException) =>
      reject(sent.reusedSocket && error.code === 'ECONNRESET' ? new Unread() : error),
    )
    sent.end(body)
  })
}

export type TusClient = ReturnType<typeof tusClient>

/** A client that speaks tus for one user. Every method returns the response as it came. */
export function tusClient(origin: string, authorization: string) {
  const base = { authorization, 'tus-resumable': '1.0.0' }
  const send = (method: string, path: string, headers: Record<string, string | number> = {}, body?: Uint8Array) =>
    ask(origin, { method, path, headers: { ...base, ...headers }, body })

  return {
    origin,
    send,
    create: (
      about: { length: number; organizationId: string; filename?: string; filetype?: string; sessionId?: string },
      body?: Uint8Array,
    ) =>
      send(
        'POST',
        '/api/uploads',
        {
          'upload-length': about.length,
          'upload-metadata': metadataOf({
            filename: about.filename ?? 'file.bin',
            organizationId: about.organizationId,
            ...(about.filetype !== undefined && { filetype: about.filetype }),
            ...(about.sessionId && { uploadSessionId: about.sessionId }),
          }),
          ...(body && { 'content-type': 'application/offset+octet-stream' }),
        },
        body,
      ),
    head: (path: string) => send('HEAD', path),
    patch: (path: string, offset: number, body: Uint8Array, headers: Record<string, string> = {}) =>
      send(
        'PATCH',
        path,
        { 'upload-offset': offset, 'content-type': 'application/offset+octet-stream', ...headers },
        body,
      ),
    delete: (path: string) => send('DELETE', path),
    get: (path: string) => send('GET', path),
    async content(fileId: string): Promise<Reply> {
      return send('GET', `/api/files/${fileId}/content`)
    },
  }
}

export function metadataOf(values: Record<string, string>): string {
  return Object.entries(values)
    .map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
    .join(',')
}

export const pathOf = (reply: Reply): string => new URL(String(reply.headers.location), 'http://x').pathname

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
