import { MAX_CHUNK_BYTES } from '@trove/contract/uploads'
import { afterEach, assert, beforeEach, describe, test, vi } from 'vitest'

const MIB = 1024 * 1024

/** What browsers are given of the library, not what Node is. */
vi.mock('tus-js-client', () => import(['tus-js-client', 'lib.esm/browser/index.js'].join('/')))
vi.mock('../lib/place.ts', () => ({ apiUrl: (path: string) => `https://trove.example${path}` }))
vi.mock('../lib/session.ts', () => ({ bearer: async () => 'token', renew: async () => true }))

/** What the server has been sent, one entry a request. */
let sent: { method: string; bodyBytes: number }[] = []
/** Whether the browser gets no byte of the file out, which it tells as a broken connection. */
let isBroken = false

/** Whether nothing comes back any more, as after a sleep; and how many such connections were let go. */
let isSilent = false
let abandoned = 0

/** A connection to a server that takes everything. */
class Connection {
  status = 0
  responseText = ''
  readonly upload: { onprogress?: (event: { lengthComputable: boolean; loaded: number }) => void } = {}
  onload = () => {}
  onerror = (_error: Error) => {}
  #method = ''
  #headers = new Map<string, string>()
  #answer = new Map<string, string>()
  open(method: string) {
    this.#method = method
  }
  setRequestHeader(name: string, value: unknown) {
    this.#headers.set(name.toLowerCase(), String(value))
  }
  getResponseHeader = (name: string) => this.#answer.get(name.toLowerCase()) ?? null
  abort() {
    abandoned += 1
  }
  send(body: Blob | null) {
    const bodyBytes = body?.size ?? 0
    sent.push({ method: this.#method, bodyBytes })
    if (isBroken && bodyBytes > 0) return queueMicrotask(() => this.onerror(new Error('broken')))
    if (isSilent && bodyBytes > 0) return
    const offset = Number(this.#headers.get('upload-offset') ?? 0) + bodyBytes
    this.#answer.set('upload-offset', String(offset)).set('location', 'https://trove.example/uploads/u1')
    this.status = this.#method === 'POST' ? 201 : 204
    this.upload.onprogress?.({ lengthComputable: true, loaded: bodyBytes })
    queueMicrotask(() => this.onload())
  }
}

beforeEach(() => {
  sent = []
  isBroken = false
  isSilent = false
  abandoned = 0
  vi.stubGlobal('XMLHttpRequest', Connection)
  vi.stubGlobal('localStorage', undefined)
})
afterEach(() => vi.unstubAllGlobals())

async function sendFile(file: File) {
  const { send } = await import('./tus.ts')
  const progress: number[] = []
  const { signal } = new AbortController()
  const about = { uploadId: undefined, metadata: { filename: file.name }, signal, onCreated: () => {} }
  const ending = await send({ file, ...about, onProgress: (bytes) => progress.push(bytes) })
  return { ending, progress }
}

describe('what leaves the page', () => {
  test('is never more than 95 MB in a request, however large the file, and all of it once', async () => {
    const piece = new Uint8Array(MIB)
    const file = new File(
      Array.from({ length: 130 }, () => piece),
      'film.mov',
    )
    const { ending, progress } = await sendFile(file)
    assert.strictEqual(ending.kind, 'done')
    assert.ok(sent.length > 2)
    assert.ok(sent.every(({ bodyBytes }) => bodyBytes <= MAX_CHUNK_BYTES))
    assert.strictEqual(
      sent.reduce((sum, { bodyBytes }) => sum + bodyBytes, 0),
      file.size,
    )
    assert.deepEqual(
      progress,
      progress.toSorted((a, b) => a - b),
    )
    assert.ok(progress.every((bytes) => bytes >= 0 && bytes <= file.size))
  })

  test('a file that was deleted or changed meanwhile is told apart from a line that broke', async () => {
    isBroken = true
    const whole = new File([new Uint8Array(9 * MIB)], 'a.mov')
    assert.deepEqual((await sendFile(whole)).ending, { kind: 'lost' })
    const gone = new File([new Uint8Array(9 * MIB)], 'b.mov')
    const slice = gone.slice.bind(gone)
    gone.slice = (...range) =>
      Object.assign(slice(...range), {
        arrayBuffer: () => Promise.reject(new DOMException('It changed.', 'NotReadableError')),
      })
    assert.deepEqual((await sendFile(gone)).ending, { kind: 'unreadable' })
  })
  test('on a line that has gone silent, as after a sleep, is given up within a minute, so that it can go on', async () => {
    isSilent = true
    await import('./tus.ts')
    vi.useFakeTimers()
    try {
      const ending = sendFile(new File([new Uint8Array(9 * MIB)], 'a.mov'))
      await vi.advanceTimersByTimeAsync(60_000)
      assert.deepEqual((await ending).ending, { kind: 'lost' })
      assert.strictEqual(abandoned, 1)
    } finally {
      vi.useRealTimers()
    }
  })
})
