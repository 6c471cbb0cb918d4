import { Type } from 'typebox'
import { defineTask } from '../../../platform/jobs/index.ts'
import { eraseDue, listDue } from './operations.ts'

const HOUR_MS = 3_600_000

/** Looks each five minutes; an attempt that is cut short goes on where it was. */
export const eraseOrganizations = defineTask({
  name: 'ops.erase-organizations',
  payload: Type.Object({}),
  maxAttempts: 5,
  timeoutMs: HOUR_MS,
  cron: '*/5 * * * *',
  upkeep: {
    title: 'Organizations to be erased',
    lead: 'Erases every row and byte of organizations whose owners asked for it, when the time to think again is over.',
    rehearse: async ({ db }) => [{ what: 'organizations erased', count: (await listDue(db)).length }],
  },
  run: async (platform, _payload, signal) => [
    { what: 'organizations erased', count: await eraseDue(platform, signal) },
  ],
})
