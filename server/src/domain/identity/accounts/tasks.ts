import { Type } from 'typebox'
import { inTransaction, rehearse, type Tx } from '../../../platform/db/index.ts'
import { defineTask, type Tally } from '../../../platform/jobs/index.ts'
import { answerForgotten } from './mailed.ts'
import * as store from './store.ts'

const MINUTE_MS = 60_000

/** Whether anybody has the address is asked here and not by the request, so that its answer and time tell nothing. */
export const sendReset = defineTask({
  name: 'identity.send-reset',
  payload: Type.Object({ email: Type.String(), ip: Type.String() }),
  maxAttempts: 5,
  timeoutMs: MINUTE_MS,
  run: (platform, asked) => answerForgotten(platform, asked),
})

const deleteExpiredTokens = defineTask({
  name: 'identity.delete-mailed-tokens',
  payload: Type.Object({}),
  maxAttempts: 3,
  timeoutMs: MINUTE_MS,
  cron: '27 * * * *',
  upkeep: {
    title: 'Expired mailed links',
    lead: 'Deletes what the links in letters carried, when they cannot be used any more.',
    rehearse: ({ db }) => rehearse(db, forgetMailed),
  },
  run: ({ db }) => inTransaction(db, forgetMailed),
})

const forgetMailed = async (tx: Tx): Promise<Tally> => [
  { what: 'mailed tokens', count: await store.deleteExpiredTokens(tx) },
]

export const accountTasks = [sendReset, deleteExpiredTokens]
