import { Type } from 'typebox'
import { defineTask, type Tally } from '../../../platform/jobs/index.ts'
import { countStale, releaseStale } from '../ledger/stale.ts'
import { recount, recountAndCorrect, tallyOf } from './operations.ts'

const HOUR_MS = 3_600_000

/** Each night, after the trash was purged and before storage is swept: blobs that nobody has marked are swept with the rest. */
const recountQuotas = defineTask({
  name: 'storage.recount',
  payload: Type.Object({}),
  maxAttempts: 3,
  timeoutMs: 2 * HOUR_MS,
  cron: '7 3 * * *',
  upkeep: {
    title: 'Quotas',
    lead: 'Counts anew what each organization holds and has set aside, and puts its quota right where that differs.',
    rehearse: async (platform, signal, report) => tallyOf(await recount(platform, {}, signal, report)),
  },
  run: async (platform, _payload, signal, report) => tallyOf(await recountAndCorrect(platform, {}, signal, report)),
})

const releaseReservations = defineTask({
  name: 'storage.release-reservations',
  payload: Type.Object({}),
  maxAttempts: 3,
  timeoutMs: HOUR_MS,
  cron: '13 * * * *',
  upkeep: {
    title: 'Reservations',
    lead: 'Gives back room that is still set aside for uploads which have ended.',
    rehearse: async (platform) => staleTally(await countStale(platform)),
  },
  run: async (platform, _payload, signal) => staleTally(await releaseStale(platform, signal)),
})

const staleTally = ({ count, bytes }: { count: number; bytes: number }): Tally => [
  { what: 'reservations given back', count, isFault: true },
  { what: 'of room set free', count: bytes, unit: 'bytes' },
]

export const recountTasks = [recountQuotas, releaseReservations]
