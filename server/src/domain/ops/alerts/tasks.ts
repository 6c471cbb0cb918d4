import { Type } from 'typebox'
import { rehearse } from '../../../platform/db/index.ts'
import { defineTask, type Tally } from '../../../platform/jobs/index.ts'
import { tellAdministrators, tellIn } from './operations.ts'

const MINUTE_MS = 60_000

const tallyOf = (count: number): Tally => [{ what: 'events told', count }]

export const alertAdministrators = defineTask({
  name: 'ops.alert-administrators',
  payload: Type.Object({}),
  maxAttempts: 3,
  timeoutMs: MINUTE_MS,
  cron: '* * * * *',
  upkeep: {
    title: 'Alerts',
    lead: 'Mails administrators what is critical, many in one letter.',
    rehearse: ({ db, mail }) => rehearse(db, async (tx) => tallyOf(await tellIn({ mail }, tx, new Date()))),
  },
  run: async (platform) => tallyOf(await tellAdministrators(platform)),
})
