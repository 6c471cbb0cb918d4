import { DetailedError, Upload } from 'tus-js-client'
import { PROBLEM_TYPE } from '@trove/contract/problems'
import { apiUrl } from '../lib/place.ts'
import { bearer, renew } from '../lib/session.ts'
import { isOpen, LEAST_DIRECT_BYTES, sendDirectly } from './direct.ts'
import type { Ending } from './retry.ts'

/** Proxies in front of an installation refuse bodies over 100 MB. */
const CHUNK_BYTES = 48 * 1024 * 1024
/** So small that its bytes travel with the creation: one round trip a file. */
const SMALL_BYTES = 8 * 1024 * 1024
/** A connection on which nothing has moved for so long is taken for dead, as after a sleep or a change of network. */
const STALL_MS = 45_000

/** One attempt to send one file. */
export type Sending = {
  file: File
  /** Undefined when the server does not know of it yet. */
  uploadId: string | undefined
  metadata: Record<string, string>
  signal: AbortSignal
  onCreated(uploadId: string): void
  /** @param bytes of the file that have left; the first call tells where it begins */
  onProgress(bytes: number): void
}

/** Sends a file, or what is missing of it, until its end or the first obstacle. Never rejects. */
export function send(sending: Sending): Promise<Ending> {
  const { file, uploadId, metadata, signal } = sending
  if (signal.aborted) return Promise.resolve({ kind: 'stopped' })
  return new Promise((resolve) => {
    let token: string | undefined
    let isDirect = false
    let timer: ReturnType<typeof setTimeout>
    const watch = () => {
      clearTimeout(timer)
      timer = setTimeout(() => end({ kind: 'lost' }), STALL_MS)
    }
    const upload = new Upload(file, {
      ...(uploadId === undefined ? { endpoint: apiUrl('/uploads') } : { uploadUrl: uploadUrl(uploadId) }),
      metadata,
      chunkSize: CHUNK_BYTES,
      uploadDataDuringCreation: file.size <= SMALL_BYTES,
      // Trying again, remembering and resuming are the engine's.
      retryDelays: null,
      storeFingerprintForResuming: false,
      fingerprint: () => Promise.resolve(''),
      onBeforeRequest: async (request) => {
        watch()
        token = await bearer()
        if (token !== undefined) request.setHeader('Authorization', `Bearer ${token}`)
      },
      onUploadUrlAvailable: () => {
        const id = upload.url?.split('/').at(-1)
        if (id !== undefined && uploadId === undefined) sending.onCreated(id)
        if (id === undefined || !isDirect) return
        clearTimeout(timer)
        void upload.abort()
        void sendDirectly({ ...sending, uploadId: id }).then(end)
      },
      // Offered at the creation; what was begun so goes on so.
      onAfterResponse: (request, response) => {
        const isNew = request.getMethod() === 'POST'
        const isTold = (response.getHeader('Trove-Direct') ?? null) !== null
        const isLeft = Number(response.getHeader('Upload-Offset') ?? 0) < file.size
        isDirect ||= isTold && isLeft && (!isNew || (file.size >= LEAST_DIRECT_BYTES && isOpen()))
      },
      onProgress: (bytes) => {
        watch()
        if (!signal.aborted) sending.onProgress(bytes)
      },
      onSuccess: ({ lastResponse }) =>
        end({ kind: 'done', fileId: lastResponse.getHeader('Trove-File-Id') ?? undefined }),
      onError: (error) => void explain(error, file, token).then(end),
    })
    const stop = () => end({ kind: 'stopped' })
    signal.addEventListener('abort', stop)
    watch()
    upload.start()

    function end(ending: Ending): void {
      clearTimeout(timer)
      signal.removeEventListener('abort', stop)
      if (ending.kind === 'lost' || ending.kind === 'stopped') void upload.abort()
      resolve(ending)
    }
  })
}

const uploadUrl = (uploadId: string) => apiUrl(`/uploads/${uploadId}`)

async function explain(error: Error, file: File, token: string | undefined): Promise<Ending> {
  const response = error instanceof DetailedError ? error.originalResponse : null
  if (response === null || response.getStatus() === 0)
    return (await isReadable(file)) ? { kind: 'lost' } : { kind: 'unreadable' }
  const status = response.getStatus()
  if (status === 401) await renew(token).catch(() => undefined)
  const told = toldBy(response.getBody())
  return {
    kind: 'refused',
    status,
    problem: told.type?.replace(PROBLEM_TYPE, '') ?? '',
    detail: told.detail ?? told.title ?? `The server answered ${status}.`,
    retryAfterSeconds: Number(response.getHeader('Retry-After')) || undefined,
    wasNew: error instanceof DetailedError && error.originalRequest.getMethod() === 'POST',
  }
}

function toldBy(body: string): { type?: string; title?: string; detail?: string } {
  try {
    return (JSON.parse(body) ?? {}) as { type?: string; title?: string; detail?: string }
  } catch {
    return {}
  }
}

/** A file that was moved or changed fails like a lost connection: reading a byte of it tells the two apart. */
async function isReadable(file: File): Promise<boolean> {
  try {
    await file.slice(0, 1).arrayBuffer()
    return true
  } catch {
    return false
  }
}
