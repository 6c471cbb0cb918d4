import { Id } from '@trove/contract/common'
import { Type } from 'typebox'
import { defineTask } from '../../../platform/jobs/index.ts'
import { createPace } from '../../../platform/objects/pace.ts'
import { verifyOne } from './operations.ts'
import { nightsFor } from './rules.ts'
import { verify } from './running.ts'
import { sumOfBytes } from './store.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** So long a night's reading takes at most; the rest is the next night's. */
export const NIGHT_MS = 6 * HOUR_MS

/** Reads at a bounded rate what was not read for VERIFY_EVERY_DAYS, the longest unread first. */
const verifyNightly = defineTask({
  name: 'storage.verify',
  payload: Type.Object({}),
  maxAttempts: 3,
  timeoutMs: NIGHT_MS + HOUR_MS,
  cron: '47 3 * * *',

  async run(platform, _payload, signal) {
    const { verifyBytesPerSecond, verifyEveryDays } = platform.settings
    const night = AbortSignal.any([signal, AbortSignal.timeout(NIGHT_MS)])
    const { faults, ...counts } = await verify(
      platform,
      {},
      {
        kind: 'nightly',
        readers: 1,
        pace: createPace(verifyBytesPerSecond),
        signal: night,
        notSince: new Date(Date.now() - verifyEveryDays * DAY_MS),
      },
    )
    platform.log.info(counts, 'stored bytes have been read again')
    if (faults.length > 0) platform.log.error({ faults: faults.slice(0, 100) }, 'stored bytes are damaged')
    const nights = nightsFor(await sumOfBytes(platform.db), verifyBytesPerSecond, NIGHT_MS)
    if (nights > verifyEveryDays)
      platform.log.warn(
        { nights, verifyEveryDays },
        'reading everything takes longer than it should: raise VERIFY_BYTES_PER_SECOND, or VERIFY_EVERY_DAYS',
      )
  },
})

/** Somebody asked for it, or could not be given the bytes. */
export const verifyBlobTask = defineTask({
  name: 'storage.verify-blob',
  payload: Type.Object({ blobId: Id }),
  maxAttempts: 4,
  timeoutMs: 12 * HOUR_MS,
  run: (platform, { blobId }, signal) => verifyOne(platform, blobId, signal),
})

export const integrityTasks = [verifyNightly, verifyBlobTask]
