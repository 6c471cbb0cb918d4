import { PROBLEM_TYPE } from '@trove/contract/problems'
import { DetailedError, Upload } from 'tus-js-client'
import { formatBytes } from '../lib/format.ts'
import { apiUrl } from '../lib/place.ts'
import { createStore, type Store } from '../lib/store.ts'
import { keptAddresses } from './kept-addresses.ts'
import { bearer, doubtVisit } from './visit.ts'

/** Proxies in front of an installation refuse bodies over 100 MB. */
const CHUNK_BYTES = 48 * 1024 * 1024
/** So small that its bytes travel with the creation. */
const SMALL_BYTES = 8 * 1024 * 1024
const AT_ONCE = 3
/** A connection on which nothing has moved for so long is taken for dead. */
const STALL_MS = 45_000
/** Between attempts; what moves a byte begins again with the first. After the last, a person decides. */
const WAITS_MS = [500, 1_000, 2_000, 5_000, 10_000, ...Array<number>(20).fill(30_000)]

export type Sending = {
  key: string
  name: string
  sizeBytes: number
  state: 'waiting' | 'sending' | 'retrying' | 'done' | 'failed'
  bytesSent: number
  /** Why it was not sent, or waits. */
  reason: string | undefined
  canRetry: boolean
}

type Floor = {
  readonly linkId: string
  readonly sendings: Store<readonly Sending[]>
  readonly files: Map<string, { file: File; sender: string }>
  readonly running: Map<string, Upload>
}

export type Sender = ReturnType<typeof createSender>

/** Sends files by a link: a few at a time, going on by itself where a connection was lost. */
export function createSender(linkId: string, maxFileBytes: number) {
  const floor: Floor = { linkId, sendings: createStore<readonly Sending[]>([]), files: new Map(), running: new Map() }
  const { sendings, files, running } = floor
  let made = 0
  return {
    sendings,
    /** @param sender  who they say they are; may be empty */
    add(picked: readonly File[], sender: string) {
      const added = picked.map((file): Sending => {
        const key = String((made += 1))
        const reason = refusalOf(file, maxFileBytes)
        if (reason === undefined) files.set(key, { file, sender })
        const state = reason === undefined ? 'waiting' : 'failed'
        return { key, name: file.name, sizeBytes: file.size, state, bytesSent: 0, reason, canRetry: false }
      })
      sendings.set((now) => [...now, ...added])
      next(floor)
    },
    retry(key: string) {
      change(floor, key, { state: 'waiting', reason: undefined })
      next(floor)
    },
    /** Takes it off the list; what has arrived of it is dropped. */
    cancel(key: string) {
      const upload = running.get(key)
      running.delete(key)
      files.delete(key)
      sendings.set((now) => now.filter((one) => one.key !== key))
      void upload?.abort(true).catch(() => undefined)
      next(floor)
    },
    /** Lets go of everything, as when the page goes. */
    stop() {
      for (const upload of running.values()) void upload.abort().catch(() => undefined)
      running.clear()
      files.clear()
      sendings.set([])
    },
  }
}

function change({ sendings }: Floor, key: string, changed: Partial<Sending>): void {
  sendings.set((now) => now.map((one) => (one.key === key ? { ...one, ...changed } : one)))
}

function next(floor: Floor): void {
  for (const { key, state } of floor.sendings.get()) {
    if (floor.running.size >= AT_ONCE) return
    if (state === 'waiting') void run(floor, key)
  }
}

async function run(floor: Floor, key: string): Promise<void> {
  const picked = floor.files.get(key)
  if (picked === undefined) return
  const end = (outcome: Partial<Sending>) => {
    floor.running.delete(key)
    change(floor, key, outcome)
    next(floor)
  }
  const upload = uploadOf(floor.linkId, picked, {
    onMoved: (bytesSent) => change(floor, key, { bytesSent, state: 'sending', reason: undefined }),
    onWaiting: (reason) => change(floor, key, { state: 'retrying', reason }),
    onDone: () => end({ state: 'done', bytesSent: picked.file.size, reason: undefined }),
    onFailed: (reason, canRetry) => end({ state: 'failed', reason, canRetry }),
  })
  floor.running.set(key, upload.tus)
  change(floor, key, { state: 'sending', reason: undefined })
  await upload.start()
}

function refusalOf({ size }: File, maxFileBytes: number): string | undefined {
  if (size === 0) return 'It is empty.'
  if (size <= maxFileBytes) return undefined
  return `It is ${formatBytes(size)}; files may be up to ${formatBytes(maxFileBytes)} here.`
}

type Hearing = {
  onMoved: (bytes: number) => void
  onWaiting: (reason: string) => void
  onDone: () => void
  onFailed: (reason: string, canRetry: boolean) => void
}

function uploadOf(linkId: string, { file, sender }: { file: File; sender: string }, heard: Hearing) {
  let timer: ReturnType<typeof setTimeout>
  const rest = () => clearTimeout(timer)
  const watch = () => {
    rest()
    timer = setTimeout(() => void tus.abort().then(() => tus.start()), STALL_MS)
  }
  const tus = new Upload(file, {
    endpoint: apiUrl('/uploads'),
    metadata: { filename: file.name, ...(file.type && { filetype: file.type }), ...(sender && { sender }) },
    chunkSize: CHUNK_BYTES,
    uploadDataDuringCreation: file.size <= SMALL_BYTES,
    retryDelays: WAITS_MS,
    urlStorage: keptAddresses,
    removeFingerprintOnSuccess: true,
    fingerprint: () => Promise.resolve(`${linkId} ${file.name} ${file.size} ${file.lastModified}`),
    onBeforeRequest: (request) => {
      watch()
      const token = bearer()
      if (token !== undefined) request.setHeader('Authorization', `Bearer ${token}`)
    },
    onProgress: (bytes) => {
      watch()
      heard.onMoved(bytes)
    },
    onShouldRetry: (error) => {
      rest()
      if (error.originalResponse?.getStatus() === 401) void doubtVisit()
      if (mayGoOn(error)) heard.onWaiting(reasonIn(error))
      return mayGoOn(error)
    },
    onSuccess: () => (rest(), heard.onDone()),
    onError: (error) => (rest(), heard.onFailed(reasonIn(error), mayGoOn(error) || isForgotten(error))),
  })
  return {
    tus,
    async start() {
      const [before] = await tus.findPreviousUploads().catch(() => [])
      if (before !== undefined) tus.resumeFromPreviousUpload(before)
      tus.start()
    },
  }
}

const statusOf = (error: Error): number =>
  error instanceof DetailedError ? (error.originalResponse?.getStatus() ?? 0) : 0

/** Lost lines and a busy server pass; refusals stay. */
const mayGoOn = (error: Error): boolean => [0, 401, 409, 423, 429].includes(statusOf(error)) || statusOf(error) >= 500

/** The server does not know the upload any more, as after a new visit: from the start it may well go. */
const isForgotten = (error: Error): boolean => statusOf(error) === 404 || statusOf(error) === 410

function reasonIn(error: Error): string {
  const response = error instanceof DetailedError ? error.originalResponse : null
  if (response === null || statusOf(error) === 0) return 'The connection was lost. It goes on by itself.'
  try {
    const told = JSON.parse(response.getBody()) as { type?: string; title?: string; detail?: string }
    if (told.type === `${PROBLEM_TYPE}not-found`) return 'The link takes no files any more, or has been opened anew.'
    return told.detail ?? told.title ?? ''
  } catch {
    return `The server answered ${response.getStatus()}.`
  }
}
