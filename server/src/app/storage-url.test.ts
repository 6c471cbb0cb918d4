import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ConfigError, parseConfig } from './config.ts'

const KEY = Buffer.alloc(32, 7).toString('base64')

describe('the address of the object store', () => {
  const storage = (STORAGE_URL: string, more: Record<string, string> = {}) => {
    const parsed = parseConfig({ STORAGE_URL, ...more }).storage
    assert.equal(parsed.kind, 's3')
    return parsed
  }

  test('of a store of one’s own: path style, TLS, a folder in the bucket, and signs in the secret as %XX', () => {
    assert.deepEqual(storage('s3://ada:se%2Fc%2Bret@store.example:9000/media/trove/one?region=eu-1'), {
      kind: 's3',
      endpoint: 'https://store.example:9000',
      region: 'eu-1',
      bucket: 'media',
      prefix: 'trove/one/',
      pathStyle: true,
      credentials: { accessKeyId: 'ada', secretAccessKey: 'se/c+ret' },
      encryption: undefined,
      storageClass: undefined,
      publicUrl: undefined,
      allowedOrigins: [],
    })
    assert.equal(storage('s3://a:b@127.0.0.1:18000/media?tls=off').endpoint, 'http://127.0.0.1:18000')
    assert.equal(storage('s3://a:b@127.0.0.1/media?pathStyle=off').pathStyle, false)
  })

  test('of AWS: no host, and keys that are found elsewhere', () => {
    const aws = storage('s3:///media?region=eu-central-1&storageClass=STANDARD_IA')
    assert.deepEqual([aws.endpoint, aws.credentials, aws.pathStyle], [undefined, undefined, false])
    assert.equal(aws.storageClass, 'STANDARD_IA')
    assert.equal(storage('s3://a:b@s3.eu-central-1.amazonaws.com/media').pathStyle, false)
  })

  test('says what the store encrypts with', () => {
    assert.deepEqual(storage('s3://a:b@h/media?sse=AES256').encryption, { kind: 'store' })
    assert.deepEqual(storage('s3://a:b@h/media?sse=aws:kms&kmsKeyId=k1').encryption, { kind: 'kms', keyId: 'k1' })
    const customer = storage('s3://a:b@h/media?sse=customer', { STORAGE_SSE_C_KEY: KEY }).encryption
    assert.deepEqual(customer, { kind: 'customer', key: Buffer.alloc(32, 7) })
  })

  test('has a public side for pages', () => {
    const { publicUrl, allowedOrigins } = storage('s3://a:b@store/media', {
      STORAGE_PUBLIC_URL: 'https://media.example.org',
      PUBLIC_URL: 'https://trove.example.org/x',
    })
    assert.deepEqual([publicUrl, allowedOrigins], ['https://media.example.org', ['https://trove.example.org']])
    assert.throws(() => parseConfig({ STORAGE_PUBLIC_URL: 'https://media.example.org/bucket' }), ConfigError)
  })

  test('is refused without a word of the secret in it', () => {
    const wrong = [
      's3://ada:geheim@store',
      's3://ada:geheim@store/',
      's3://ada:ge/heim@store/media',
      's3://:geheim@store/media',
      's3://geheim@store/media',
      's3://ada:geheim@store/media?color=geheim',
      's3://ada:geheim@store/media?tls=geheim',
      's3://ada:geheim@store/media?sse=geheim',
      's3://ada:geheim@store/media?kmsKeyId=geheim',
      's3://ada:geheim@store/media?sse=customer',
      's3://ada:geheim@store/media/%00',
      's3://ada:geheim@store/M',
      's3://ada:%zzgeheim@store/media',
    ]
    for (const STORAGE_URL of wrong)
      assert.throws(
        () => parseConfig({ STORAGE_URL }),
        (error: unknown) => error instanceof ConfigError && !/geheim|ge\/heim/.test(error.message),
        STORAGE_URL,
      )
    for (const STORAGE_SSE_C_KEY of ['geheim', `${KEY}x`, Buffer.alloc(16).toString('base64')])
      assert.throws(
        () => parseConfig({ STORAGE_SSE_C_KEY }),
        (error: unknown) => error instanceof ConfigError && !error.message.includes(STORAGE_SSE_C_KEY),
      )
  })
})
