import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { setTimeout as delay } from 'node:timers/promises'
import { S3Client } from '@aws-sdk/client-s3'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { isPassing, toldOf } from './s3-faults.ts'
import type { S3Encryption, S3Options } from './s3-options.ts'

const CONNECT_MS = 2_000
/** A connection on which nothing moves for so long, while something should, is given up. */
const IDLE_MS = 8_000
const SOCKETS = 128
const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 1_500

/** How long a request may take, and how often and until when it is tried again. */
export type Patience = { attemptMs: number; attempts: number; retryWithinMs: number }

/** For what carries few bytes: a store that hangs is noticed in three seconds and given up after seven at most. */
export const SHORT: Patience = { attemptMs: 3_000, attempts: 6, retryWithinMs: 4_000 }
/** For what carries a part: given up when nothing moves, not when the line is slow. */
export const BYTES: Patience = { attemptMs: 120_000, attempts: 6, retryWithinMs: 9_000 }
/** Copying within the store and the end of a large upload take as long as the store needs for it. */
export const LONG: Patience = { attemptMs: 60_000, attempts: 6, retryWithinMs: 15_000 }

/** A bucket that can be spoken to. */
export type S3 = {
  readonly options: S3Options
  /**
   * Tries until it succeeds, fails for good, or patience is over.
   *
   * @param work  one attempt; it is given a signal that ends it
   * @throws unavailable, storage-full
   */
  attempt<T>(
    patience: Patience,
    work: (client: S3Client, signal: AbortSignal, number: number) => Promise<T>,
  ): Promise<T>
  /** For answers whose bytes are read at the reader's pace: no connection is given up for being idle. */
  readonly reader: S3Client
  /** Bucket and full key, as every request names them. */
  at(key: string): { Bucket: string; Key: string }
  /** What a request that makes an object says about its encryption and class. */
  readonly making: Record<string, string>
  /** What a request that reads one, or adds a part, says. */
  readonly customer: Record<string, string>
  close(): void
}

export function createS3(options: S3Options): S3 {
  const agents = {
    httpAgent: new HttpAgent({ keepAlive: true, maxSockets: SOCKETS }),
    httpsAgent: new HttpsAgent({ keepAlive: true, maxSockets: SOCKETS }),
  }
  const open = (idleMs: number) =>
    new S3Client({
      ...clientOptions(options, options.endpoint),
      requestHandler: new NodeHttpHandler({ ...agents, connectionTimeout: CONNECT_MS, socketTimeout: idleMs }),
    })
  const client = open(IDLE_MS)
  const reader = open(0)

  return {
    options,
    reader,
    attempt: (patience, work) => attempt(patience, (signal, number) => work(client, signal, number)),
    at: (key) => ({ Bucket: options.bucket, Key: options.prefix + key }),
    making: {
      ...(options.storageClass !== undefined && { StorageClass: options.storageClass }),
      ...encryptionOf(options.encryption),
    },
    customer: options.encryption?.kind === 'customer' ? encryptionOf(options.encryption) : {},
    close() {
      client.destroy()
      reader.destroy()
      agents.httpAgent.destroy()
      agents.httpsAgent.destroy()
    },
  }
}

/** What every client of this bucket is made of. Trying again is ours, so that patience has one end. */
export function clientOptions(options: S3Options, endpoint: string | undefined) {
  return {
    region: options.region,
    forcePathStyle: options.pathStyle,
    ...(endpoint !== undefined && { endpoint }),
    ...(options.credentials && { credentials: options.credentials }),
    maxAttempts: 1,
    // Newer checksums come in trailers that not every store understands; Content-MD5 is understood by all.
    requestChecksumCalculation: 'WHEN_REQUIRED' as const,
    responseChecksumValidation: 'WHEN_REQUIRED' as const,
    expectContinueHeader: false,
    followRegionRedirects: true,
    // What went wrong is thrown, and told by whoever catches it.
    logger: { trace: silent, debug: silent, info: silent, warn: silent, error: silent },
  }
}

const silent = () => undefined

async function attempt<T>(
  { attemptMs, attempts, retryWithinMs }: Patience,
  work: (signal: AbortSignal, number: number) => Promise<T>,
): Promise<T> {
  const startedAt = performance.now()
  for (let number = 1; ; number++) {
    try {
      return await work(AbortSignal.timeout(attemptMs), number)
    } catch (error) {
      const isOver = number >= attempts || performance.now() - startedAt > retryWithinMs
      if (isOver || !isPassing(error)) throw toldOf(error)
    }
    await delay(pauseBefore(number + 1))
  }
}

/** Twice as long each time, and never the same for two who fail together. */
export function pauseBefore(attemptNumber: number): number {
  const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attemptNumber - 2))
  return longest * (0.5 + Math.random() / 2)
}

function encryptionOf(encryption: S3Encryption | undefined): Record<string, string> {
  switch (encryption?.kind) {
    case undefined:
      return {}
    case 'store':
      return { ServerSideEncryption: 'AES256' }
    case 'kms':
      return {
        ServerSideEncryption: 'aws:kms',
        ...(encryption.keyId !== undefined && { SSEKMSKeyId: encryption.keyId }),
      }
    case 'customer':
      return { SSECustomerAlgorithm: 'AES256', SSECustomerKey: Buffer.from(encryption.key).toString('base64') }
  }
}
