import { Id } from '@trove/contract/common'
import { Type } from 'typebox'
import { newId } from '../../../platform/ids.ts'
import { defineTask, type Tally } from '../../../platform/jobs/index.ts'
import { createPace } from '../../../platform/objects/pace.ts'
import { verifyOne } from './operations.ts'
import { nightsFor } from './rules.ts'
import { verify, type Verification } from './running.ts'
import { countDue, sumOfBytes } from './store.ts'

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
  upkeep: {
    title: 'Reading back',
    lead: 'Reads stored bytes again, the longest unread first, and compares them with what they were.',
    async rehearse({ db, settings }) {
      const before = new Date(Date.now() - settings.verifyEveryDays * DAY_MS)
      const { blobs, bytes } = await countDue(db, {}, { id: newId(), before, until: new Date() })
      return readTally({ blobs, bytes, missing: 0, changed: 0, unreadable: 0, healed: 0, derivedLost: 0 })
    },
  },

  async run(platform, _payload, signal, report) {
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
        onProgress: ({ readBlobs, totalBlobs }) => report?.(readBlobs, totalBlobs),
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
    return readTally(counts)
  },
})

type Read = Pick<Verification, 'blobs' | 'bytes' | 'missing' | 'changed' | 'unreadable' | 'healed' | 'derivedLost'>

const readTally = (read: Read): Tally => [
  { what: 'originals read', count: read.blobs },
  { what: 'of them', count: read.bytes, unit: 'bytes' },
  { what: 'missing', count: read.missing, isFault: true },
  { what: 'changed', count: read.changed, isFault: true },
  { what: 'unreadable', count: read.unreadable, isFault: true },
  { what: 'healed', count: read.healed },
  { what: 'previews and copies lost', count: read.derivedLost },
]

/** Somebody asked for it, or could not be given the bytes. */
export const verifyBlobTask = defineTask({
  name: 'storage.verify-blob',
  payload: Type.Object({ blobId: Id }),
  maxAttempts: 4,
  timeoutMs: 12 * HOUR_MS,
  run: (platform, { blobId }, signal) => verifyOne(platform, blobId, signal),
})

export const integrityTasks = [verifyNightly, verifyBlobTask]
