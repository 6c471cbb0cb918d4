import { Type } from 'typebox'
import { defineTask } from '../../../platform/jobs/index.ts'
import { tellAdministrators } from './operations.ts'

const MINUTE_MS = 60_000

export const alertAdministrators = defineTask({
  name: 'ops.alert-administrators',
  payload: Type.Object({}),
  maxAttempts: 3,
  timeoutMs: MINUTE_MS,
  cron: '* * * * *',
  run: async (platform) => void (await tellAdministrators(platform)),
})
