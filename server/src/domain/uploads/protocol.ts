import type { IncomingMessage } from 'node:http'
import { Problem } from '../../platform/problem.ts'

/** tus 1.0.0, https://tus.io/protocols/resumable-upload */
export const TUS_VERSION = '1.0.0'
export const TUS_EXTENSIONS =
  'creation,creation-with-upload,creation-defer-length,expiration,termination,checksum,concatenation'
export const UPLOADS_PATH = '/api/uploads'
/** Names of the protocol to those of `node:crypto`, and the length of the digest in bytes. */
const ALGORITHMS: Record<string, number> = { sha1: 20, sha256: 32, sha512: 64, md5: 16 }
export const TUS_ALGORITHMS = Object.keys(ALGORITHMS).join(',')

export const OCTET_STREAM = 'application/offset+octet-stream'
const METHODS = new Set(['HEAD', 'PATCH', 'DELETE', 'POST', 'OPTIONS', 'GET', 'PUT'])
const MAX_METADATA_BYTES = 8 * 1024

/**
 * Lets `X-HTTP-Method-Override` decide the method of a request for an upload, before it is routed: for clients whose
 * network lets neither PATCH nor DELETE through.
 */
export function overrideMethod(request: IncomingMessage): void {
  arrivals.set(request, performance.now())
  const method = header(request, 'x-http-method-override')?.trim().toUpperCase()
  if (method === undefined || !METHODS.has(method)) return
  const path = request.url?.split('?', 1)[0] ?? ''
  if (path === UPLOADS_PATH || path.startsWith(`${UPLOADS_PATH}/`)) request.method = method
}

const arrivals = new WeakMap<IncomingMessage, number>()

/** When a request came, by `performance.now()`; noted before anything else is done with it. */
export const arrivalOf = (request: IncomingMessage): number => arrivals.get(request) ?? performance.now()

/** @throws tus-version  the client speaks another version, or none */
export function requireVersion(request: IncomingMessage): void {
  const version = header(request, 'tus-resumable')
  if (version === TUS_VERSION) return
  const said = version === undefined ? 'The header Tus-Resumable is missing' : `Tus-Resumable is ${printable(version)}`
  throw new Problem('tus-version', `${said}; it must be ${TUS_VERSION}.`)
}

/**
 * A header that is a non-negative integer, in digits alone.
 *
 * @throws invalid-request  it is there and is none
 */
export function readInteger(request: IncomingMessage, name: string): number | undefined {
  const field = header(request, name.toLowerCase())
  if (field === undefined) return undefined
  const value = Number(field)
  if (!/^\d{1,16}$/.test(field) || !Number.isSafeInteger(value))
    throw wrong(`${name} must be a whole number, not ${printable(field)}.`)
  return value
}

/** @throws invalid-request */
export function requireInteger(request: IncomingMessage, name: string): number {
  const value = readInteger(request, name)
  if (value === undefined) throw wrong(`The header ${name} is missing.`)
  return value
}

/**
 * Upload-Metadata: pairs of a key and a value in Base64, separated by commas. A value may be empty or left out.
 *
 * @throws invalid-request
 */
export function readMetadata(request: IncomingMessage): { raw: string; values: ReadonlyMap<string, string> } {
  const raw = header(request, 'upload-metadata') ?? ''
  if (raw.length > MAX_METADATA_BYTES)
    throw wrong(`Upload-Metadata has ${raw.length} bytes; at most ${MAX_METADATA_BYTES} are read.`)
  const values = new Map<string, string>()
  for (const pair of raw === '' ? [] : raw.split(',')) {
    const [key = '', value = '', ...more] = pair.split(' ').filter((word) => word !== '')
    if (!/^[\x21-\x7e]+$/.test(key) || more.length > 0)
      throw wrong('Upload-Metadata must be keys, each with a space and a value in Base64, separated by commas.')
    if (values.has(key)) throw wrong(`Upload-Metadata has ${printable(key)} twice.`)
    values.set(key, decodeText(key, value))
  }
  return { raw, values }
}

/** What the client said that the SHA-256 of the whole would be: `sha256` in its metadata, in lower-case hexadecimal. */
export function announcedHash(metadata: string): string | undefined {
  const field = /(?:^|,)\s*sha256 +([\w+/]+={0,2})/.exec(metadata)?.[1]
  return field && Buffer.from(field, 'base64').toString()
}

export type Checksum = { algorithm: string; digest: Buffer }

/** @throws invalid-request  the algorithm is none of those offered, or the digest is not one of it */
export function readChecksum(request: IncomingMessage): Checksum | undefined {
  const field = header(request, 'upload-checksum')
  if (field === undefined) return undefined
  const [algorithm = '', text = '', ...more] = field.split(' ')
  const length = Object.hasOwn(ALGORITHMS, algorithm) ? ALGORITHMS[algorithm] : undefined
  if (length === undefined) throw wrong(`Upload-Checksum may use ${TUS_ALGORITHMS}, not ${printable(algorithm)}.`)
  const digest = decodeBase64(text)
  if (digest?.length !== length || more.length > 0)
    throw wrong(`Upload-Checksum must be ${algorithm}, a space and its ${length} bytes in Base64.`)
  return { algorithm, digest }
}

/** Whether the request has a body, as far as its head tells. */
export function hasBody(request: IncomingMessage): boolean {
  return request.headers['transfer-encoding'] !== undefined || (readInteger(request, 'Content-Length') ?? 0) > 0
}

/** @throws wrong-content-type */
export function requireOctetStream(request: IncomingMessage): void {
  const type = header(request, 'content-type')
  if (type?.split(';', 1)[0]?.trim().toLowerCase() === OCTET_STREAM) return
  throw new Problem('wrong-content-type', `Send the bytes as ${OCTET_STREAM}.`)
}

export function header(request: IncomingMessage, name: string): string | undefined {
  const field = request.headers[name]
  return Array.isArray(field) ? field.join(', ') : field
}

function decodeText(key: string, value: string): string {
  const bytes = decodeBase64(value)
  if (bytes === undefined) throw wrong(`The value of ${printable(key)} in Upload-Metadata is not Base64.`)
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw wrong(`The value of ${printable(key)} in Upload-Metadata is not UTF-8.`)
  }
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

function decodeBase64(text: string): Buffer | undefined {
  return BASE64.test(text) ? Buffer.from(text, 'base64') : undefined
}

export const printable = (text: string): string => JSON.stringify(text.slice(0, 100))

const wrong = (detail: string) => new Problem('invalid-request', detail)
