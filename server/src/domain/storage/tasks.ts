import { Type } from 'typebox'
import { defineTask, type Tally } from '../../platform/jobs/index.ts'
import { integrityTasks } from './integrity/tasks.ts'
import { recountTasks } from './recount/tasks.ts'
import { spaceTasks } from './space/tasks.ts'
import { sweep, type Swept } from './sweep.ts'
import { tierTasks } from './tiers/tasks.ts'

const HOUR_MS = 3_600_000

/** Each night, after the trash has been purged: it looks at every object, which an hourly one should not. */
const sweepStorage = defineTask({
  name: 'storage.sweep',
  payload: Type.Object({}),
  maxAttempts: 3,
  timeoutMs: 6 * HOUR_MS,
  cron: '17 3 * * *',

  upkeep: {
    title: 'Stored bytes',
    lead: 'Removes bytes that nothing refers to any more, when their time of grace is over, and looks whether all others are there.',
    async rehearse(platform, signal, report) {
      const { sweepGraceMs: graceMs } = platform.settings
      return sweptTally(await sweep(platform, { graceMs, isDryRun: true }, signal, report))
    },
  },
  async run(platform, _payload, signal, report) {
    const swept = await sweep(platform, { graceMs: platform.settings.sweepGraceMs }, signal, report)
    const { missing, ...counts } = swept
    platform.log.info({ ...counts, missing: missing.length }, 'storage has been swept')
    if (missing.length > 0)
      platform.log.error({ keys: missing.slice(0, 100) }, 'objects are missing that rows point at')
    return sweptTally(swept)
  },
})

const sweptTally = (swept: Swept): Tally => [
  { what: 'blobs that nothing refers to', count: swept.blobsRemoved },
  { what: 'in those', count: swept.blobBytesRemoved, unit: 'bytes' },
  { what: 'objects without a row', count: swept.objectsRemoved },
  { what: 'in those', count: swept.bytesRemoved, unit: 'bytes' },
  { what: 'staged files without an upload', count: swept.stagingRemoved },
  { what: 'rows without an object', count: swept.missing.length, isFault: true },
]

export const storageTasks = [sweepStorage, ...recountTasks, ...spaceTasks, ...integrityTasks, ...tierTasks]
