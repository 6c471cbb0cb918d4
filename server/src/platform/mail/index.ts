import { newId } from '../ids.ts'
import type { Tx } from '../db/index.ts'
import type { Jobs } from '../jobs/index.ts'
import { Problem } from '../problem.ts'
import type { Settings } from '../settings.ts'
import { isMailAddress, isOneLine } from './address.ts'
import * as store from './store.ts'
import { sendMail } from './tasks.ts'

export { isMailAddress } from './address.ts'
export { listMails, type MailRow } from './store.ts'
export { mailTasks } from './tasks.ts'

const DAY_MS = 24 * 3_600_000
const KEPT_MS = 7 * DAY_MS

export type Letter = {
  /** One address and nothing else: no name, no list. */
  to: string
  /** One line. What strangers wrote (the name of an organization) may be part of it. */
  subject: string
  /** Plain text; an empty line begins a paragraph. The HTML form is made of it. */
  text: string
  /** Shown as a button. `path` is of the page, with any secret in its fragment, which no server is sent: `/verify#…`. */
  link?: { label: string; path: `/${string}` }
  /** After this it is not sent any more and its body is forgotten. 7 days from now unless said. */
  expiresAt?: Date
}

export type Mail = {
  /**
   * Sent soon after the caller's transaction commits, and only then. Tried again for some hours while the mail server
   * is away. Without a mail server it is kept in the outbox, for administrators to pass on by hand.
   *
   * @throws invalid-request  the address is not one, or the subject has more than one line
   */
  send(tx: Tx, letter: Letter): Promise<void>
  /** Whether there is a mail server; otherwise administrators read the letters in the outbox. */
  isSent: boolean
}

export function openMail({ jobs, settings }: { jobs: Jobs; settings: Pick<Settings, 'smtp'> }): Mail {
  const isSent = settings.smtp !== undefined
  return {
    isSent,
    async send(tx, { to, subject, text, link, expiresAt = new Date(Date.now() + KEPT_MS) }) {
      if (!isMailAddress(to)) throw new Problem('invalid-request', 'No mail can be sent to this address.')
      if (!isOneLine(subject)) throw new Problem('invalid-request', 'The subject of a mail is one line.')
      const id = newId()
      const state = isSent ? 'waiting' : 'kept'
      await store.insertMail(tx, { id, recipient: to, subject, body: text, link, state, expiresAt })
      if (isSent) await jobs.enqueue(tx, sendMail, { mailId: id })
    },
  }
}
