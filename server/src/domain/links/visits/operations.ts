import { setTimeout as delay } from 'node:timers/promises'
import type { LinkAsks, LinkVisitPass } from '@trove/contract/shared'
import type { Static } from 'typebox'
import type { LinkActor } from '../../../platform/actor.ts'
import { inTransaction, type Tx } from '../../../platform/db/index.ts'
import { networkOf } from '../../../platform/http/address.ts'
import type { Limiter } from '../../../platform/http/limiter.ts'
import { newId } from '../../../platform/ids.ts'
import { isPassword } from '../../../platform/password.ts'
import type { Platform } from '../../../platform/platform.ts'
import { Problem } from '../../../platform/problem.ts'
import * as audit from '../../audit/index.ts'
import { hashToken } from '../../identity/index.ts'
import { fitsBcrypt } from '../rules.ts'
import { hashCode, isSame, newCode } from '../secrets.ts'
import { signPass } from './passes.ts'
import { CODE_MS, CODE_TRIES, passEnds } from './rules.ts'
import * as store from './store.ts'

/** Whether an address was the right one must not be told by how long it takes to write a mail. */
const CODE_ANSWER_MS = 250
const MAX_USER_AGENT = 300

type Machines = Pick<Platform, 'db' | 'keys' | 'mail'> & {
  opens: Limiter
  failuresOfAddress: Limiter
  failuresOfLink: Limiter
  codes: Limiter
}
type Caller = { ip: string; userAgent?: string }
type Keys = { token: string; password?: string; email?: string; code?: string }

/**
 * Begins a visit, or says what is missing for one. With a password it takes one comparison, whether there is such a
 * link or not.
 *
 * @throws not-found       there is no such link, or no longer, or not from here
 * @throws wrong-password, wrong-code
 * @throws too-many-requests
 */
export async function openLink(
  machines: Machines,
  caller: Caller,
  input: Keys,
): Promise<LinkVisitPass | Static<typeof LinkAsks>> {
  await machines.opens.take(networkOf(caller.ip))
  const isGuess = input.password !== undefined || input.code !== undefined
  return isGuess ? counted(machines, caller, input) : attempt(machines, caller, input)
}

type Opened = Promise<LinkVisitPass | Static<typeof LinkAsks>>

/** The same where something could be guessed. Only failures stay counted, but a guess counts from its beginning on. */
async function counted(machines: Machines, caller: Caller, input: Keys): Opened {
  const { failuresOfAddress, failuresOfLink } = machines
  const network = networkOf(caller.ip)
  const link = hashToken(input.token).toString('base64url')
  await failuresOfAddress.take(network)
  await failuresOfLink.take(link)
  const opened = await attempt(machines, caller, input)
  await Promise.all([failuresOfAddress.giveBack(network), failuresOfLink.giveBack(link)])
  return opened
}

async function attempt(machines: Machines, caller: Caller, input: Keys): Opened {
  const link = await store.findLink(machines.db, hashToken(input.token), caller.ip)
  const isRight = input.password !== undefined && (await isPasswordOf(link, input.password))
  if (link === undefined) throw gone()
  return goOn(machines, caller, link, { ...input, isRight })
}

function isPasswordOf(link: store.Found | undefined, password: string): Promise<boolean> {
  return isPassword(fitsBcrypt(password) ? password : '', link?.passwordHash ?? undefined)
}

async function goOn(
  machines: Machines,
  caller: Caller,
  link: store.Found,
  { password, isRight, email, code }: Omit<Keys, 'token'> & { isRight: boolean },
): Promise<LinkVisitPass | Static<typeof LinkAsks>> {
  if (link.passwordHash !== null) {
    if (password === undefined) return { status: 'password' }
    if (!isRight) return refuse(machines, caller, link, 'wrong-password', 'This is not the password of the link.')
  }
  if (link.boundEmail === null) return begin(machines, caller, link, null)
  if (email === undefined) return { status: 'email' }
  const isBound = email.trim().toLowerCase() === link.boundEmail
  if (code === undefined) {
    await machines.codes.take(link.id)
    await Promise.all([isBound ? mailCode(machines, link, link.boundEmail) : undefined, delay(CODE_ANSWER_MS)])
    return { status: 'code' }
  }
  if (!isBound || !(await isCode(machines, link.id, code)))
    return refuse(machines, caller, link, 'wrong-code', 'This is not the code that was sent, or no longer.')
  return begin(machines, caller, link, link.boundEmail)
}

function begin(
  { db, keys }: Machines,
  caller: Caller,
  link: store.Found,
  email: string | null,
): Promise<LinkVisitPass> {
  const visitId = newId()
  const { id: linkId, organizationId } = link
  return inTransaction(db, async (tx) => {
    if (!(await store.lockLive(tx, linkId, link.passwordHash))) throw gone()
    const userAgent = caller.userAgent?.slice(0, MAX_USER_AGENT) ?? null
    const openedAt = await store.insertVisit(tx, { id: visitId, linkId, ip: caller.ip, userAgent, email })
    await audit.record(tx, { kind: 'link', linkId, organizationId, visitId, ...caller }, 'link.opened', {
      organizationId,
      facts: { linkId, visitId },
    })
    return passFor(keys, { linkId, visitId }, passEnds(new Date(), openedAt, link.expiresAt))
  })
}

/**
 * A new pass for a visit that goes on. The visit stays the same, so what it has begun to download goes on too.
 *
 * @throws session-ended  the visit has lasted as long as one can
 */
export async function renewVisit(
  { db, keys }: Pick<Platform, 'db' | 'keys'>,
  actor: LinkActor,
): Promise<LinkVisitPass> {
  const visit = await store.getLiveVisit(db, actor)
  const now = new Date()
  const ends = visit === undefined ? now : passEnds(now, visit.openedAt, visit.expiresAt)
  if (ends <= now) throw new Problem('session-ended', 'This visit is over. Open the link again.')
  return passFor(keys, actor, ends)
}

async function passFor(
  keys: Platform['keys'],
  about: { linkId: string; visitId: string },
  expiresAt: Date,
): Promise<LinkVisitPass> {
  const { linkId, visitId } = about
  const accessToken = await signPass(keys, { linkId, visitId }, expiresAt)
  return { status: 'opened', linkId, accessToken, expiresAt: expiresAt.toISOString() }
}

async function refuse(
  { db }: Machines,
  caller: Caller,
  link: store.Found,
  kind: 'wrong-password' | 'wrong-code',
  detail: string,
): Promise<never> {
  const { id: linkId, organizationId } = link
  await inTransaction(db, (tx) =>
    audit.record(tx, { kind: 'anyone', ...caller }, 'link.refused', { organizationId, facts: { linkId, why: kind } }),
  )
  throw new Problem(kind, detail)
}

async function mailCode({ db, keys, mail }: Machines, link: store.Found, to: string): Promise<void> {
  const code = newCode()
  const expiresAt = new Date(Date.now() + CODE_MS)
  await inTransaction(db, async (tx) => {
    const codeHash = hashCode(keys, link.id, code)
    await store.upsertCode(tx, { linkId: link.id, codeHash, tries: CODE_TRIES, expiresAt })
    const minutes = CODE_MS / 60_000
    await mail.send(tx, {
      to,
      subject: 'Your code for a shared link',
      text: `Somebody wants to open a link that was made for you. If it is you, type this code into its page:\n\n${code}\n\nIt is good for ${minutes} minutes. If it was not you, do nothing.`,
      expiresAt,
    })
  })
}

/** Each look takes a try, whether it is right or not; the right one ends the code. */
function isCode({ db, keys }: Machines, linkId: string, code: string): Promise<boolean> {
  return inTransaction(db, async (tx: Tx) => {
    const kept = await store.takeTry(tx, linkId)
    if (kept === undefined || !isSame(kept, hashCode(keys, linkId, code.trim()))) return false
    await store.deleteCode(tx, linkId)
    return true
  })
}

const gone = () => new Problem('not-found', 'There is no such link, or no longer. Ask whoever sent it for a new one.')
