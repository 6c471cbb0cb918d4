import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { S3Encryption, S3Options } from '../platform/objects/s3-options.ts'
import type { Parsed } from './config-values.ts'

/** Where objects are. */
export type StorageConfig =
  | {
      readonly kind: 'disk'
      /** Absolute. */
      readonly folder: string
    }
  | ({ readonly kind: 's3' } & S3Options)

/**
 * `file:///an/absolute/folder` or `s3://…`.
 *
 * @param customerKey  sent with every request to a store whose address says `sse=customer`
 */
export const storageUrl = (text: string, customerKey?: Uint8Array): Parsed<StorageConfig> =>
  /^s3:/i.test(text) ? s3Url(text, customerKey) : fileUrl(text)

function fileUrl(text: string): Parsed<StorageConfig> {
  const wrong = { wrong: 'must be file:///an/absolute/folder or s3://key:secret@host/bucket', hidden: true } as const
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol !== 'file:' || url.host !== '' || !/^file:\/\/\//i.test(text) || /%2f|%00/i.test(url.pathname))
    return url?.protocol === 'file:' ? { wrong: wrong.wrong } : wrong
  return url.pathname === '/' || url.search + url.hash !== ''
    ? { wrong: wrong.wrong }
    : { value: { kind: 'disk', folder: resolve(fileURLToPath(url)) } }
}

/** Nothing of the address is repeated when it is wrong: it holds a secret. */
const fault = (wrong: string) => ({ wrong, hidden: true }) as const

const WORDS = ['region', 'tls', 'pathStyle', 'sse', 'kmsKeyId', 'storageClass']
/** Of a bucket, as AWS and its kin allow it. */
const BUCKET = /^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/i
const PREFIX = /^([A-Za-z0-9!_.*'()-]+\/)*$/

/**
 * `s3://KEY:SECRET@host:port/bucket/folder?region=…&tls=off&pathStyle=on`. Without a host it is AWS; without key and
 * secret they are found as AWS's own programs find them.
 */
function s3Url(text: string, customerKey: Uint8Array | undefined): Parsed<StorageConfig> {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined)
    return fault('must look like s3://key:secret@host:port/bucket; in key and secret, write / as %2F and + as %2B')
  const unknown = [...url.searchParams.keys()].find((word) => !WORDS.includes(word))
  if (unknown !== undefined) return fault(`does not know the word "${unknown}"; it knows ${WORDS.join(', ')}`)
  const [, bucket = '', ...folders] = url.pathname.replace(/\/+$/, '').split('/')
  if (!BUCKET.test(bucket)) return fault('must name a bucket after the host: s3://key:secret@host:port/bucket')
  const prefix = folders.map((folder) => `${folder}/`).join('')
  if (!PREFIX.test(prefix))
    return fault('names a folder in the bucket that no store takes; use letters, digits, - and _')
  if ((url.username === '') !== (url.password === ''))
    return fault('has a key without a secret, or the other way round; give both, or neither to have them found')
  const [accessKeyId, secretAccessKey] = [decoded(url.username), decoded(url.password)]
  if (accessKeyId === undefined || secretAccessKey === undefined)
    return fault('has a % in key or secret that begins no character; write % as %25, / as %2F and + as %2B')
  const word = (name: string) => url.searchParams.get(name) ?? undefined
  const tls = isOn(word('tls'), true)
  const isAws = url.host === '' || url.hostname.endsWith('.amazonaws.com')
  const pathStyle = isOn(word('pathStyle'), !isAws)
  if (tls === undefined || pathStyle === undefined) return fault('has tls or pathStyle that is neither on nor off')
  const encryption = encryptionOf(word('sse'), word('kmsKeyId'), customerKey)
  if ('wrong' in encryption) return encryption
  return {
    value: {
      kind: 's3',
      endpoint: url.host === '' ? undefined : `${tls ? 'https' : 'http'}://${url.host}`,
      region: word('region') ?? 'us-east-1',
      bucket,
      prefix,
      pathStyle,
      credentials: accessKeyId === '' ? undefined : { accessKeyId, secretAccessKey },
      encryption: encryption.value,
      storageClass: word('storageClass'),
      publicUrl: undefined,
      allowedOrigins: [],
    },
  }
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

function encryptionOf(
  sse: string | undefined,
  keyId: string | undefined,
  customerKey: Uint8Array | undefined,
): Parsed<S3Encryption | undefined> {
  if (keyId !== undefined && sse !== 'aws:kms') return fault('has a kmsKeyId without sse=aws:kms')
  if (sse === undefined) return { value: undefined }
  if (sse === 'AES256') return { value: { kind: 'store' } }
  if (sse === 'aws:kms') return { value: { kind: 'kms', keyId } }
  if (sse !== 'customer') return fault('has an sse that is not one of AES256, aws:kms and customer')
  if (customerKey === undefined) return fault('says sse=customer, which needs STORAGE_SSE_C_KEY')
  return { value: { kind: 'customer', key: customerKey } }
}

function isOn(text: string | undefined, fallback: boolean): boolean | undefined {
  if (text === undefined) return fallback
  if (/^on$/i.test(text)) return true
  return /^off$/i.test(text) ? false : undefined
}

/** 32 bytes in base64: `openssl rand -base64 32`. */
export function customerKey(text: string): Parsed<Uint8Array> {
  const value = Buffer.from(text, 'base64')
  if (value.length === 32 && /^[A-Za-z0-9+/]{43}=$/.test(text)) return { value }
  return { wrong: 'must be 32 bytes in base64: openssl rand -base64 32', hidden: true }
}

/** Where clients reach the store: what is signed for them is signed for this host. */
export function storagePublicUrl(text: string): Parsed<string> {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isRight = url !== undefined && /^https?:$/.test(url.protocol) && url.pathname === '/'
  if (isRight && url.username + url.password + url.search + url.hash === '') return { value: url.origin }
  return { wrong: 'must be http(s)://host, without a path: the bucket is added to it' }
}
