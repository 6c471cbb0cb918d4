import { afterEach, assert, test, vi } from 'vitest'

const MIB = 1024 * 1024
const PART_BYTES = 8 * MIB

/** What has arrived at the store, and which addresses were asked for. */
const arrived = new Set<number>()
const signed: number[] = []
/** Addresses that the store takes no more. */
const expired = new Set<string>()

vi.mock('../lib/problem.ts', () => ({ sentenceOf: String }))
vi.mock('../lib/api.ts', () => ({
  ApiProblem: class extends Error {},
  call: async ({ id }: { id: string }, { body }: { body?: { numbers?: number[] } }) => {
    const received = [...arrived].toSorted((a, b) => a - b)
    if (id === 'beginDirectUpload') return { partBytes: PART_BYTES, partCount: 3, received }
    if (id === 'commitDirectParts') {
      const isAll = received.length === 3
      return { bytesUploaded: received.length * PART_BYTES, received, ...(isAll && { fileId: 'file' }) }
    }
    const parts = (body?.numbers ?? []).map((number) => {
      signed.push(number)
      return { number, url: `https://store.example/${number}/${signed.length}`, sizeBytes: PART_BYTES, headers: {} }
    })
    return { parts, expiresAt: '' }
  },
}))

class Store {
  status = 0
  readonly upload: { onprogress?: (event: { loaded: number }) => void } = {}
  onloadend = () => {}
  #url = ''
  open(_method: string, url: string) {
    this.#url = url
  }
  setRequestHeader() {}
  abort() {}
  send(body: Blob) {
    this.status = expired.has(this.#url) ? 403 : 200
    if (this.status === 200) {
      arrived.add(Number(new URL(this.#url).pathname.split('/')[1]))
      this.upload.onprogress?.({ loaded: body.size })
    }
    queueMicrotask(() => this.onloadend())
  }
}

afterEach(() => vi.unstubAllGlobals())

test('an address that has expired costs its part alone: another is asked for, and nothing is sent twice', async () => {
  vi.stubGlobal('XMLHttpRequest', Store)
  const { sendDirectly } = await import('./direct.ts')
  const file = new File([new Uint8Array(3 * PART_BYTES)], 'film.mov')
  const { signal } = new AbortController()
  const about = { file, uploadId: 'u1', metadata: {}, signal, onCreated: () => {}, onProgress: () => {} }
  expired.add('https://store.example/2/2')
  assert.deepEqual(await sendDirectly(about), { kind: 'lost' }, 'it is waited for and gone on with')
  assert.ok(!arrived.has(2))
  const before = [...arrived]
  signed.length = 0
  expired.clear()
  assert.deepEqual(await sendDirectly(about), { kind: 'done', fileId: 'file' })
  assert.deepEqual(
    signed,
    [1, 2, 3].filter((number) => !before.includes(number)),
  )
})
