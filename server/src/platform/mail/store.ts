import { sql } from 'kysely'
import type { Db, Tx } from '../db/index.ts'

export type MailState = 'waiting' | 'kept' | 'sent' | 'failed' | 'expired'

export type MailRow = {
  id: string
  recipient: string
  subject: string
  body: string | null
  linkLabel: string | null
  linkPath: string | null
  state: MailState
  failure: string | null
  expiresAt: Date
  sentAt: Date | null
  createdAt: Date
}

export async function insertMail(
  tx: Tx,
  mail: {
    id: string
    recipient: string
    subject: string
    body: string
    link: { label: string; path: string } | undefined
    state: 'waiting' | 'kept'
    expiresAt: Date
  },
): Promise<void> {
  const { id, recipient, subject, body, link, state, expiresAt } = mail
  await tx
    .insertInto('mail')
    .values({
      id,
      recipient,
      subject,
      body,
      link_label: link?.label ?? null,
      link_path: link?.path ?? null,
      state,
      expires_at: expiresAt,
    })
    .execute()
}

const columns = [
  'id',
  'recipient',
  'subject',
  'body',
  'link_label as linkLabel',
  'link_path as linkPath',
  'state',
  'failure',
  'expires_at as expiresAt',
  'sent_at as sentAt',
  'created_at as createdAt',
] as const

export async function getMail(db: Db, mailId: string): Promise<MailRow | undefined> {
  const row = await db.selectFrom('mail').select(columns).where('id', '=', mailId).executeTakeFirst()
  return row && { ...row, state: row.state as MailState }
}

/** The newest first; `before` is the last of the page before. */
export async function listMails(db: Db, page: { limit: number; before?: string | undefined }): Promise<MailRow[]> {
  const rows = await db
    .selectFrom('mail')
    .select(columns)
    .$if(page.before !== undefined, (query) => query.where('id', '<', page.before ?? ''))
    .orderBy('id', 'desc')
    .limit(page.limit)
    .execute()
  return rows.map((row) => ({ ...row, state: row.state as MailState }))
}

/** It is out; what it said is forgotten. */
export async function setSent(tx: Tx, mailId: string): Promise<void> {
  await tx
    .updateTable('mail')
    .set({ state: 'sent', sent_at: sql`now()`, body: null, link_label: null, link_path: null, failure: null })
    .where('id', '=', mailId)
    .execute()
}

/** Will not be tried again. */
export async function setFailed(tx: Tx, mailId: string, failure: string): Promise<void> {
  await tx
    .updateTable('mail')
    .set({ state: 'failed', failure, body: null, link_label: null, link_path: null })
    .where('id', '=', mailId)
    .where('state', '=', 'waiting')
    .execute()
}

/** Why the last attempt did not succeed, while there will be more. */
export async function setFailure(tx: Tx, mailId: string, failure: string): Promise<void> {
  await tx.updateTable('mail').set({ failure }).where('id', '=', mailId).where('state', '=', 'waiting').execute()
}

/** Forgets what the mails said that nobody can use any more, and that there were mails at all after `keptDays`. */
export async function forgetExpired(tx: Tx, keptDays: number): Promise<{ emptied: number; deleted: number }> {
  const emptied = await tx
    .updateTable('mail')
    .set({
      body: null,
      link_label: null,
      link_path: null,
      state: sql<string>`case when state in ('waiting', 'kept') then 'expired' else state end`,
    })
    .where('body', 'is not', null)
    .where('expires_at', '<', sql<Date>`now()`)
    .executeTakeFirst()
  const deleted = await tx
    .deleteFrom('mail')
    .where('created_at', '<', sql<Date>`now() - make_interval(days => ${keptDays})`)
    .executeTakeFirst()
  return { emptied: Number(emptied.numUpdatedRows), deleted: Number(deleted.numDeletedRows) }
}
