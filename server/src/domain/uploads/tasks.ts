import { Type } from 'typebox'
import { inTransaction } from '../../platform/db/index.ts'
import { defineTask } from '../../platform/jobs/index.ts'
import type { Platform } from '../../platform/platform.ts'
import { Problem } from '../../platform/problem.ts'
import { closingState, receivingStates } from './rules.ts'
import { endWithoutFile } from './steps.ts'
import * as store from './store.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const AT_ONCE = 200
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
  run: (platform, _payload, signal) => endExpired(platform, signal),
})

export async function endExpired(platform: Pick<Platform, 'db' | 'objects'>, signal?: AbortSignal): Promise<void> {
  for (;;) {
    const expired = await store.listExpired(platform.db, AT_ONCE)
    for (const { id } of expired) {
      if (signal?.aborted) return
      await endIfExpired(platform, id)
    }
    if (expired.length < AT_ONCE) return
  }
}

async function endIfExpired({ db, objects }: Pick<Platform, 'db' | 'objects'>, uploadId: string): Promise<void> {
  const hasEnded = await inTransaction(db, async (tx) => {
    const upload = await store.lockUpload(tx, uploadId)
    if (upload === undefined || !receivingStates.includes(upload.status) || upload.expiresAt.getTime() > Date.now())
      return false
    await endWithoutFile(tx, upload, {
      status: 'failed',
      reason: new Problem('gone', 'Nobody went on with it in time.'),
    })
    return true
  })
  if (hasEnded) await objects.staging.remove(uploadId)
}

/** Closes sessions of which nothing more comes, and forgets what ended long ago. */
const tidyUploads = defineTask({
  name: 'uploads.tidy',
  payload: Type.Object({}),
  maxAttempts: 3,
  timeoutMs: 10 * MINUTE_MS,
  cron: '23 * * * *',
  run: (platform, _payload, signal) => tidy(platform, signal),
})

export async function tidy({ db }: Pick<Platform, 'db'>, signal?: AbortSignal): Promise<void> {
  for (let closed = AT_ONCE; closed === AT_ONCE && !signal?.aborted;) {
    closed = await inTransaction(db, async (tx) => {
      const silent = await store.lockSilentSessions(tx, SILENT_MS, AT_ONCE)
      for (const session of silent) await store.setSessionStatus(tx, session.id, closingState(session))
      return silent.length
    })
  }
  for (let deleted = AT_ONCE; deleted === AT_ONCE && !signal?.aborted;) {
    deleted = await inTransaction(db, (tx) => store.deleteEnded(tx, KEPT_AFTER_END_MS, AT_ONCE))
  }
  await inTransaction(db, (tx) => store.deleteSessions(tx, SESSIONS_KEPT_MS))
}

export const uploadTasks = [expireUploads, tidyUploads]
