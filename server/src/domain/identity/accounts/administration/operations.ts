import type { Account, OutboxMail } from '@trove/contract/accounts'
import type { Actor, UserActor } from '../../../../platform/actor.ts'
import { inTransaction, type Db, type Tx } from '../../../../platform/db/index.ts'
import { isId } from '../../../../platform/ids.ts'
import { listMails } from '../../../../platform/mail/index.ts'
import type { Platform } from '../../../../platform/platform.ts'
import { Problem } from '../../../../platform/problem.ts'
import * as audit from '../../../audit/index.ts'
import { normalizeEmail } from '../../rules.ts'
import { revokeSessionsOf } from '../../sessions/store.ts'
import { makeMailedToken, mailReset } from '../mailed.ts'
import { deleteMailedTokensOf } from '../store.ts'
import * as store from './store.ts'

const DEFAULT_LIMIT = 50

type Asked = { limit?: number; cursor?: string; search?: string }

/** @throws invalid-request  the cursor is none of ours */
export async function listUsers(db: Db, { limit = DEFAULT_LIMIT, cursor, search }: Asked) {
  const rows = await store.listAccounts(db, { limit: limit + 1, after: requireCursor(cursor), search: search?.trim() })
  return pageOf(rows.map(present), limit)
}

/**
 * Refused everywhere within a second: its sessions end, what is open in its name is closed, its API keys are not read.
 *
 * @throws not-found, last-administrator, not-allowed
 */
export async function suspendUser(
  platform: Pick<Platform, 'db' | 'live'>,
  actor: Actor,
  userId: string,
): Promise<Account> {
  const { account, ended } = await inTransaction(platform.db, async (tx) => {
    const before = await findForChange(tx, actor, userId)
    if (before.suspendedAt !== null) return { account: before, ended: [] }
    const suspended = await store.setAccount(tx, userId, { isSuspended: true })
    await deleteMailedTokensOf(tx, userId)
    await audit.recordSecurityEvent(tx, 'warning', 'account.suspended', { userId, actor })
    const sessionIds = await revokeSessionsOf(tx, userId, null, 'the account was suspended')
    return { account: suspended, ended: [...sessionIds, ...(await store.listLiveKeys(tx, userId))] }
  })
  for (const id of ended) await platform.live.sessionEnded(id)
  return present(account)
}

/** Sessions that were ended stay so; API keys are read again. @throws not-found */
export async function resumeUser(platform: Pick<Platform, 'db'>, actor: Actor, userId: string): Promise<Account> {
  return inTransaction(platform.db, async (tx) => {
    await requireAdministrators(tx, actor)
    const before = await store.lockAccount(tx, userId)
    if (before === undefined) throw unknown()
    if (before.suspendedAt === null) return present(before)
    await audit.recordSecurityEvent(tx, 'warning', 'account.resumed', { userId, actor })
    return present(await store.setAccount(tx, userId, { isSuspended: false }))
  })
}

/** @throws not-found, last-administrator, not-allowed */
export async function setAdministrator(
  platform: Pick<Platform, 'db'>,
  actor: Actor,
  input: { userId: string; isAdministrator: boolean },
): Promise<Account> {
  const { userId, isAdministrator } = input
  return inTransaction(platform.db, async (tx) => {
    const before = isAdministrator ? await findToPromote(tx, actor, userId) : await findForChange(tx, actor, userId)
    if (before.isAdministrator === isAdministrator) return present(before)
    const kind = isAdministrator ? 'administrator.added' : 'administrator.removed'
    await audit.recordSecurityEvent(tx, 'warning', kind, { userId, actor })
    return present(await store.setAccount(tx, userId, { isAdministrator }))
  })
}

/** @throws not-found, wrong-state */
export async function sendPasswordReset(
  platform: Pick<Platform, 'db' | 'mail'>,
  actor: Actor,
  userId: string,
): Promise<void> {
  await inTransaction(platform.db, async (tx) => {
    await mailReset(tx, platform, await findToReset(tx, actor, userId))
  })
}

/**
 * The path of the page that sets a new password, for whoever has the command line to pass on.
 *
 * @throws not-found, wrong-state
 */
export async function makeResetPath(platform: Pick<Platform, 'db'>, actor: Actor, userId: string): Promise<string> {
  return inTransaction(platform.db, async (tx) => {
    const { token } = await makeMailedToken(tx, await findToReset(tx, actor, userId), 'reset-password')
    return `/reset#${token}`
  })
}

/** @throws not-found */
export async function findAccount(db: Db, email: string): Promise<Account> {
  const row = await store.getAccountByEmail(db, normalizeEmail(email))
  if (row === undefined) throw new Problem('not-found', `Nobody has an account with the address ${email}.`)
  return present(row)
}

/** What was mailed. What it said is told only where nobody else can pass it on, and never to a program. */
export async function listOutbox(
  platform: Pick<Platform, 'db' | 'mail'>,
  actor: UserActor,
  { limit = DEFAULT_LIMIT, cursor }: { limit?: number; cursor?: string },
) {
  const rows = await listMails(platform.db, { limit: limit + 1, before: requireCursor(cursor) })
  const isOpen = !platform.mail.isSent && actor.scopes === undefined
  const items = rows.map((row): OutboxMail => {
    const { id, recipient, subject, state, failure, body, linkLabel, linkPath } = row
    const isReadable = isOpen && body !== null && row.expiresAt > new Date()
    return {
      id,
      to: recipient,
      subject,
      state,
      ...(failure !== null && { failure }),
      ...(isReadable && { text: body }),
      ...(isReadable && linkPath !== null && { link: { label: linkLabel ?? 'Open', path: linkPath } }),
      createdAt: row.createdAt.toISOString(),
      ...(row.sentAt !== null && { sentAt: row.sentAt.toISOString() }),
      expiresAt: row.expiresAt.toISOString(),
    }
  })
  return { ...pageOf(items, limit), hasMailServer: platform.mail.isSent }
}

/** The account, locked, when the installation keeps an administrator without it. */
async function findForChange(tx: Tx, actor: Actor, userId: string): Promise<store.AccountRow> {
  const administrators = await requireAdministrators(tx, actor)
  const account = await store.lockAccount(tx, userId)
  if (account === undefined) throw unknown()
  if (administrators.length === 1 && administrators[0] === userId)
    throw new Problem('last-administrator', 'Make somebody else administrator first.')
  return account
}

async function findToPromote(tx: Tx, actor: Actor, userId: string): Promise<store.AccountRow> {
  await requireAdministrators(tx, actor)
  const account = await store.lockAccount(tx, userId)
  if (account === undefined) throw unknown()
  if (account.suspendedAt !== null) throw new Problem('wrong-state', 'The account is suspended. Resume it first.')
  return account
}

async function findToReset(tx: Tx, actor: Actor, userId: string): Promise<store.AccountRow> {
  const account = await store.lockAccount(tx, userId)
  if (account === undefined) throw unknown()
  if (account.suspendedAt !== null) throw new Problem('wrong-state', 'The account is suspended. Resume it first.')
  await audit.recordSecurityEvent(tx, 'warning', 'password.reset-sent', { userId, actor })
  return account
}

/** @throws not-allowed  whoever asks was an administrator a moment ago, and is none any more */
async function requireAdministrators(tx: Tx, actor: Actor): Promise<string[]> {
  const administrators = await store.lockAdministrators(tx)
  if (actor.kind === 'user' && !administrators.includes(actor.userId))
    throw new Problem('not-allowed', 'Only the administrator of this installation may do this.')
  return administrators
}

const unknown = () => new Problem('not-found', 'There is no such account.')

function requireCursor(cursor: string | undefined): string | undefined {
  if (cursor !== undefined && !isId(cursor))
    throw new Problem('invalid-request', 'The cursor must be the `next` of a page before.')
  return cursor
}

function pageOf<T extends { id: string }>(found: T[], limit: number): { items: T[]; next?: string } {
  const items = found.slice(0, limit)
  const last = items.at(-1)
  return found.length > limit && last !== undefined ? { items, next: last.id } : { items }
}

function present(row: store.AccountRow): Account {
  const { id, email, name, username, isAdministrator, hasSecondFactor, suspendedAt, lastSignInAt } = row
  return {
    id,
    email,
    name,
    ...(username !== null && { username }),
    isAdministrator,
    isEmailVerified: row.emailVerifiedAt !== null,
    hasSecondFactor,
    ...(suspendedAt !== null && { suspendedAt: suspendedAt.toISOString() }),
    ...(lastSignInAt !== null && { lastSignInAt: lastSignInAt.toISOString() }),
    createdAt: row.createdAt.toISOString(),
  }
}
