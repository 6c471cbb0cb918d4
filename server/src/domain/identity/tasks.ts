import { Type } from 'typebox'
import { inTransaction, rehearse, type Tx } from '../../platform/db/index.ts'
import { defineTask, type Tally } from '../../platform/jobs/index.ts'
import { accountTasks } from './accounts/tasks.ts'
import * as store from './store.ts'

const MINUTE_MS = 60_000

const deleteExpired = defineTask({
  name: 'identity.delete-expired',
  payload: Type.Object({}),
  maxAttempts: 3,
  timeoutMs: MINUTE_MS,
  cron: '17 3 * * *',
  upkeep: {
    title: 'Expired sign-ins',
    lead: 'Deletes refresh tokens, challenges and device codes that have expired, and sessions and API keys that ended 90 days ago.',
    rehearse: ({ db }) => rehearse(db, forgetExpired),
  },
  run: ({ db }) => inTransaction(db, forgetExpired),
})

async function forgetExpired(tx: Tx): Promise<Tally> {
  const expired = await store.deleteExpired(tx)
  return [
    { what: 'refresh tokens', count: expired.refreshTokens },
    { what: 'sessions', count: expired.sessions },
    { what: 'challenges', count: expired.challenges },
    { what: 'device codes', count: expired.deviceRequests },
    { what: 'API keys', count: expired.apiKeys },
  ]
}

export const identityTasks = [...accountTasks, deleteExpired]
