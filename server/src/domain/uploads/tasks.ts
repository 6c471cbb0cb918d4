import { Type } from 'typebox'
import { inTransaction, rehearse } from '../../platform/db/index.ts'
import { defineTask, type Report, type Tally } from '../../platform/jobs/index.ts'
import type { Platform } from '../../platform/platform.ts'
import { Problem } from '../../platform/problem.ts'
import { closingState, receivingStates } from './rules.ts'
import { endWithoutFile } from './steps.ts'
import * as left from './left/store.ts'
import * as counting from './sessions/counting/store.ts'
import * as store from './store.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const AT_ONCE = 200
const MOST_REHEARSED = 100_000
/** For so long a client that lost the last response can learn how its upload ended. */
const KEPT_AFTER_END_MS = DAY_MS
const SILENT_MS = DAY_MS
const SESSIONS_KEPT_MS = 30 * DAY_MS

/** Ends uploads that nobody went on with in time; their room is free again. */
const expireUploads = defineTask({
  name: 'uploads.expire',
  payload: Type.Object({}),
  maxAttempts: 3,
  timeoutMs: 10 * MINUTE_MS,
  cron: '* * * * *',
  upkeep: {
    title: 'Expired uploads',
    lead: 'Ends uploads that nobody went on with in time. The room they had set aside is free again.',
    async rehearse({ db }) {
      const { uploads, bytes } = await left.countExpired(db)
      return [
        { what: 'uploads ended', count: uploads },
        { what: 'of room set free', count: bytes, unit: 'bytes' },
      ]
    },
  },
  async run(platform, _payload, signal, report) {
    const { bytes } = await left.countExpired(platform.db)
    const count = await endExpired(platform, signal, report)
    return [
      { what: 'uploads ended', count },
      { what: 'of room set free', count: count === 0 ? 0 : bytes, unit: 'bytes' },
    ]
  },
})

/** @returns how many */
export async function endExpired(
  platform: Pick<Platform, 'db' | 'objects'>,
  signal?: AbortSignal,
  report?: Report,
): Promise<number> {
  let ended = 0
  for (;;) {
    const expired = await left.listExpired(platform.db, AT_ONCE)
    for (const { id } of expired) {
      if (signal?.aborted) return ended
      if (await endIfExpired(platform, id)) ended += 1
      report?.(ended)
    }
    if (expired.length < AT_ONCE) return ended
  }
}

async function endIfExpired({ db, objects }: Pick<Platform, 'db' | 'objects'>, uploadId: string): Promise<boolean> {
  const hasEnded = await inTransaction(db, async (tx) => {
    const upload = await store.lockUpload(tx, uploadId)
    if (upload === undefined || !receivingStates.includes(upload.status) || upload.expiresAt.getTime() > Date.now())
      return false
    // Joined a moment ago: it ends with what it is a part of, whose bytes these are now.
    if (upload.partOf !== null) return false
    await endWithoutFile(tx, upload, {
      status: 'failed',
      reason: new Problem('gone', 'Nobody went on with it in time.'),
    })
    return true
  })
  if (hasEnded) await objects.staging.remove(uploadId)
  return hasEnded
}

/** Closes sessions of which nothing more comes, and forgets what ended long ago. */
const tidyUploads = defineTask({
  name: 'uploads.tidy',
  payload: Type.Object({}),
  maxAttempts: 3,
  timeoutMs: 10 * MINUTE_MS,
  cron: '23 * * * *',
  upkeep: {
    title: 'Ended uploads',
    lead: 'Closes upload sessions of which nothing more comes, and forgets uploads a day after they ended.',
    rehearse: ({ db }) =>
      rehearse(db, async (tx) => {
        const silent = await counting.lockSilentSessions(tx, SILENT_MS, MOST_REHEARSED)
        const uploads = await left.deleteEnded(tx, KEPT_AFTER_END_MS, MOST_REHEARSED)
        return tallyOf({
          closed: silent.length,
          uploads,
          sessions: await counting.deleteSessions(tx, SESSIONS_KEPT_MS),
        })
      }),
  },
  run: async (platform, _payload, signal) => tallyOf(await tidy(platform, signal)),
})

type Tidied = { closed: number; uploads: number; sessions: number }

const tallyOf = ({ closed, uploads, sessions }: Tidied): Tally => [
  { what: 'upload sessions closed', count: closed },
  { what: 'uploads forgotten', count: uploads },
  { what: 'upload sessions forgotten', count: sessions },
]

export async function tidy({ db }: Pick<Platform, 'db'>, signal?: AbortSignal): Promise<Tidied> {
  const tidied: Tidied = { closed: 0, uploads: 0, sessions: 0 }
  for (let closed = AT_ONCE; closed === AT_ONCE && !signal?.aborted;) {
    closed = await inTransaction(db, async (tx) => {
      const silent = await counting.lockSilentSessions(tx, SILENT_MS, AT_ONCE)
      for (const session of silent) await counting.setSessionStatus(tx, session.id, closingState(session))
      return silent.length
    })
    tidied.closed += closed
  }
  for (let deleted = AT_ONCE; deleted === AT_ONCE && !signal?.aborted;) {
    deleted = await inTransaction(db, (tx) => left.deleteEnded(tx, KEPT_AFTER_END_MS, AT_ONCE))
    tidied.uploads += deleted
  }
  tidied.sessions = await inTransaction(db, (tx) => counting.deleteSessions(tx, SESSIONS_KEPT_MS))
  return tidied
}

export const uploadTasks = [expireUploads, tidyUploads]
