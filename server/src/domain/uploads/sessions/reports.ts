import type { UploadProgress } from '@trove/contract/events'
import type { Live } from '../../../platform/live/index.ts'

const CHANNEL = 'trove_upload_progress'
const EVERY_MS = 250
/** PostgreSQL refuses a notification of 8,000 bytes or more. */
const MAX_WORD_BYTES = 7_500

/** What a process that takes bytes says of an upload, to all of them. */
export type Report = UploadProgress & {
  uploadSessionId: string
  organizationId: string
  /** Null for what strangers send by a link: its maker hears nothing before it is a file. */
  userId: string | null
  /** Bytes that have come since the last report, those that come a second time too. */
  movedBytes: number
}

/** Gathers what moves in this process and tells every process of it four times a second: the newest of each upload. */
export function openReports(live: Pick<Live, 'tell' | 'hear'>, hear: (report: Report) => void) {
  const newest = new Map<string, Report>()
  let timer: NodeJS.Timeout | undefined

  live.hear(CHANNEL, (word) => {
    if (word !== undefined) for (const report of JSON.parse(word) as Report[]) hear(report)
  })

  function flush() {
    timer = undefined
    const words = packed([...newest.values()].map((report) => JSON.stringify(report)))
    newest.clear()
    // Whoever misses one has missed nothing that the next one, or a question, would not tell.
    for (const word of words) void live.tell(CHANNEL, word)
  }

  return {
    add(report: Report) {
      const movedBytes = (newest.get(report.uploadId)?.movedBytes ?? 0) + report.movedBytes
      newest.set(report.uploadId, { ...report, movedBytes })
      timer ??= setTimeout(flush, EVERY_MS).unref()
    },
    close: () => clearTimeout(timer),
  }
}

/** Lists of as many as fit into one word. All in it is ASCII: ids and figures. */
function packed(texts: readonly string[]): string[] {
  const words: string[] = []
  let held: string[] = []
  let size = 2
  for (const text of texts) {
    if (held.length > 0 && size + text.length + 1 > MAX_WORD_BYTES) {
      words.push(`[${held.join(',')}]`)
      held = []
      size = 2
    }
    held.push(text)
    size += text.length + 1
  }
  return held.length === 0 ? words : [...words, `[${held.join(',')}]`]
}
