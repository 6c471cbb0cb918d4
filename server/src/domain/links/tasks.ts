import { Type } from 'typebox'
import { inTransaction, rehearse, type Tx } from '../../platform/db/index.ts'
import { defineTask, type Tally } from '../../platform/jobs/index.ts'
import { deleteForgettable } from './counting/store.ts'
import { prepareCopies } from './preparing.ts'

const HOUR_MS = 3_600_000

/** Codes, signed addresses and deliveries that are over. What they did is in the trail. */
const forget = defineTask({
  name: 'links.forget',
  payload: Type.Object({}),
  maxAttempts: 3,
  timeoutMs: HOUR_MS,
  cron: '41 3 * * *',
  upkeep: {
    title: 'Expired download addresses',
    lead: 'Deletes codes of links, signed addresses and deliveries that were over a day ago.',
    rehearse: ({ db }) => rehearse(db, forgetOver),
  },
  run: ({ db }) => inTransaction(db, forgetOver),
})

async function forgetOver(tx: Tx): Promise<Tally> {
  const { deliveries, codes, downloadTokens } = await deleteForgettable(tx)
  return [
    { what: 'download addresses', count: downloadTokens },
    { what: 'codes of links', count: codes },
    { what: 'deliveries', count: deliveries },
  ]
}

export const linkTasks = [prepareCopies, forget]
