import { Type } from 'typebox'
import { defineTask } from '../../../platform/jobs/index.ts'
import { eraseDue } from './operations.ts'

const HOUR_MS = 3_600_000

/** Looks each five minutes; an attempt that is cut short goes on where it was. */
export const eraseOrganizations = defineTask({
  name: 'ops.erase-organizations',
  payload: Type.Object({}),
  maxAttempts: 5,
  timeoutMs: HOUR_MS,
  cron: '*/5 * * * *',
  run: (platform, _payload, signal) => eraseDue(platform, signal),
})
