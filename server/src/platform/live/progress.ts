import type { Progress } from '@trove/contract/events'
import type { Listener } from './listener.ts'

export const PROGRESS_CHANNEL = 'trove_progress'

const FLUSH_MS = 400
/** PostgreSQL refuses a notification of 8,000 bytes or more. */
const MAX_PAYLOAD_BYTES = 7_500

export type Told = { userId: string; progress: Progress }

/** Gathers progress and tells every process of it a few times a second: the newest of each upload only. */
export function openProgress(listener: Listener, deliver: (told: Told) => void) {
  const newest = new Map<string, Told>()
  let timer: NodeJS.Timeout | undefined

  listener.on(PROGRESS_CHANNEL, (payload) => {
    if (payload !== undefined) for (const told of JSON.parse(payload) as Told[]) deliver(told)
  })

  function flush() {
    timer = undefined
    const waiting = [...newest.values()].map((told) => JSON.stringify(told))
    newest.clear()
    for (let from = 0; from < waiting.length;) {
      let size = 2
      let to = from
      while (to < waiting.length && size + (waiting[to]?.length ?? 0) + 1 < MAX_PAYLOAD_BYTES)
        size += (waiting[to++]?.length ?? 0) + 1
      // Whoever misses it has missed nothing that the next one, or a question, would not tell.
      listener.notify(PROGRESS_CHANNEL, `[${waiting.slice(from, to).join(',')}]`).catch(() => undefined)
      from = Math.max(to, from + 1)
    }
  }

  return {
    tell(userId: string, progress: Progress) {
      newest.set(progress.uploadId, { userId, progress })
      timer ??= setTimeout(flush, FLUSH_MS)
    },
    close: () => clearTimeout(timer),
  }
}
