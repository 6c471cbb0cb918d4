import { createSHA256 } from 'hash-wasm'
import type { Answer, Question } from './hasher.ts'

const SLICE_BYTES = 4 * 1024 * 1024

/** This side of a worker, which the types of a page do not know. */
const scope = self as unknown as {
  onmessage: (event: MessageEvent<Question>) => void
  postMessage(answer: Answer): void
}
const stopped = new Set<number>()

scope.onmessage = ({ data }) => {
  if (data.kind === 'stop') return void stopped.add(data.id)
  sha256(data)
    .then((hash) => scope.postMessage({ id: data.id, hash }))
    .catch(() => scope.postMessage({ id: data.id, hash: undefined }))
    .finally(() => stopped.delete(data.id))
}

/** `crypto.subtle` wants all bytes at once, and exists on https and localhost only. */
async function sha256({ id, parts, isPatient }: Extract<Question, { kind: 'hash' }>): Promise<string | undefined> {
  const hash = await createSHA256()
  for (const part of parts) {
    for (let at = 0; at < part.size; at += SLICE_BYTES) {
      const begun = performance.now()
      hash.update(new Uint8Array(await part.slice(at, at + SLICE_BYTES).arrayBuffer()))
      // A third of the time is left to whatever else this machine does: browsers know no priorities of workers.
      if (isPatient) await new Promise((resolve) => setTimeout(resolve, (performance.now() - begun) / 2))
      if (stopped.has(id)) return undefined
    }
  }
  return hash.digest('hex')
}
