import { createHash, type Hash } from 'node:crypto'
import { parentPort } from 'node:worker_threads'
import type { IHasher } from 'hash-wasm'

/** What the main thread says. `update`, `digest` and `save` are answered, in the order in which they were said. */
export type ToThread =
  | { do: 'open'; stream: number; algorithm: string }
  | { do: 'open-resumable'; stream: number; state: Uint8Array | undefined }
  | { do: 'update'; stream: number; memory: SharedArrayBuffer; start: number; end: number }
  | { do: 'digest'; stream: number }
  | { do: 'save'; stream: number }
  | { do: 'close'; stream: number }

export type FromThread = { bytes?: Uint8Array; failure?: string }

type HashInProgress = { update(bytes: Uint8Array): void; digest(): Uint8Array; save(): Uint8Array }

const streams = new Map<number, HashInProgress>()
const port = parentPort
if (port === null) throw new Error('hash-thread runs as a worker thread')
const answer = (from: FromThread) => port.postMessage(from)

/** The hash whose state can be kept is loaded when it is first wanted; until then what is said waits. */
let resumable: IHasher | undefined
const waiting: ToThread[] = []

port.on('message', (message: ToThread) => {
  if (waiting.length > 0) return void waiting.push(message)
  if (message.do !== 'open-resumable' || resumable !== undefined) return hear(message)
  waiting.push(message)
  void import('hash-wasm')
    .then(({ createSHA256 }) => createSHA256())
    .then((hasher) => {
      resumable = hasher
      for (const each of waiting.splice(0)) hear(each)
    })
})

function hear(message: ToThread): void {
  const { stream } = message
  switch (message.do) {
    case 'open':
      streams.set(stream, plain(createHash(message.algorithm)))
      return
    case 'open-resumable':
      if (resumable !== undefined) streams.set(stream, continued(resumable, message.state))
      return
    case 'close':
      streams.delete(stream)
      return
    case 'update':
      return attempt(stream, (hash) =>
        hash.update(new Uint8Array(message.memory, message.start, message.end - message.start)),
      )
    case 'digest':
      return attempt(stream, (hash) => hash.digest())
    case 'save':
      return attempt(stream, (hash) => hash.save())
  }
}

function attempt(stream: number, work: (hash: HashInProgress) => Uint8Array | void): void {
  const hash = streams.get(stream)
  if (hash === undefined) return answer({ failure: 'no such hash in progress' })
  try {
    const bytes = work(hash)
    answer(bytes === undefined ? {} : { bytes })
  } catch (error) {
    streams.delete(stream)
    answer({ failure: String(error) })
  }
}

const plain = (hash: Hash): HashInProgress => ({
  update: (bytes) => void hash.update(bytes),
  // Of a copy: more bytes may follow.
  digest: () => hash.copy().digest(),
  save() {
    throw new Error('the state of this hash cannot be kept')
  },
})

/** Whose state is in the one instance of the program at the moment: it is small, so each stream brings its own. */
let present: { state: Uint8Array } | undefined

function continued(hasher: IHasher, from: Uint8Array | undefined): HashInProgress {
  const own = { state: from ?? beginning(hasher) }
  const enter = () => {
    if (present === own) return
    if (present !== undefined) present.state = hasher.save()
    present = undefined
    hasher.load(own.state)
    present = own
  }
  return {
    update(bytes) {
      enter()
      hasher.update(bytes)
    },
    digest() {
      enter()
      own.state = hasher.save()
      present = undefined
      return hasher.digest('binary')
    },
    save() {
      enter()
      return hasher.save()
    },
  }
}

function beginning(hasher: IHasher): Uint8Array {
  if (present !== undefined) present.state = hasher.save()
  present = undefined
  return hasher.init().save()
}
