import { Type } from 'typebox'
import { defineTask } from '../../platform/jobs/index.ts'
import { integrityTasks } from './integrity/tasks.ts'
import { sweep } from './sweep.ts'

const HOUR_MS = 3_600_000

/** Each night, after the trash has been purged: it looks at every object, which an hourly one should not. */
const sweepStorage = defineTask({
  name: 'storage.sweep',
  payload: Type.Object({}),
  maxAttempts: 3,
  timeoutMs: 6 * HOUR_MS,
  cron: '17 3 * * *',

  async run(platform, _payload, signal) {
    const { missing, ...counts } = await sweep(platform, { graceMs: platform.settings.sweepGraceMs }, signal)
    platform.log.info({ ...counts, missing: missing.length }, 'storage has been swept')
    if (missing.length > 0)
      platform.log.error({ keys: missing.slice(0, 100) }, 'objects are missing that rows point at')
  },
})

export const storageTasks = [sweepStorage, ...integrityTasks]
