import { Type } from 'typebox'
import { inTransaction, rehearse, type Tx } from '../db/index.ts'
import { defineTask, type Tally } from '../jobs/index.ts'
import { deliver, isRefusal, reasonOf } from './smtp.ts'
import * as store from './store.ts'

const MINUTE_MS = 60_000
const HALF_AN_HOUR_S = 1_800
const KEPT_DAYS = 30

/**
 * Hands one letter to the mail server. Killed between that and the note that it is out, it sends the letter a second
 * time, under the same Message-ID, by which mailboxes know that it is the same.
 */
export const sendMail = defineTask({
  name: 'mail.send',
  payload: Type.Object({ mailId: Type.String() }),
  // Seconds at first, then each half hour: about five hours in all.
  maxAttempts: 20,
  retryDelayMaxSeconds: HALF_AN_HOUR_S,
  timeoutMs: 2 * MINUTE_MS,
  isParallel: true,
  async run({ db, settings }, { mailId }) {
    const mail = await store.getMail(db, mailId)
    if (mail?.state !== 'waiting' || mail.body === null || mail.expiresAt <= new Date()) return
    try {
      await deliver(settings, { ...mail, body: mail.body })
    } catch (error) {
      const failure = reasonOf(error)
      if (!isRefusal(error)) {
        await inTransaction(db, (tx) => store.setFailure(tx, mailId, failure))
        throw error
      }
      return inTransaction(db, (tx) => store.setFailed(tx, mailId, failure))
    }
    await inTransaction(db, (tx) => store.setSent(tx, mailId))
  },
  async exhausted({ db }, { mailId }) {
    const mail = await store.getMail(db, mailId)
    await inTransaction(db, (tx) => store.setFailed(tx, mailId, mail?.failure ?? 'The mail server was away too long.'))
  },
})

const forgetExpired = defineTask({
  name: 'mail.forget-expired',
  payload: Type.Object({}),
  maxAttempts: 3,
  timeoutMs: MINUTE_MS,
  cron: '*/10 * * * *',
  upkeep: {
    title: 'Outbox',
    lead: `Empties letters whose links have expired, and forgets letters after ${KEPT_DAYS} days.`,
    rehearse: ({ db }) => rehearse(db, forget),
  },
  run: ({ db }) => inTransaction(db, forget),
})

async function forget(tx: Tx): Promise<Tally> {
  const { emptied, deleted } = await store.forgetExpired(tx, KEPT_DAYS)
  return [
    { what: 'letters emptied', count: emptied },
    { what: 'letters forgotten', count: deleted },
  ]
}

export const mailTasks = [sendMail, forgetExpired]
