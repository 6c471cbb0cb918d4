import { createHash, randomBytes } from 'node:crypto'
import { newId } from '../../src/platform/ids.ts'
import { bearer, makeOrganization, makeUser } from '../make.ts'
import { jsonOf } from '../server.ts'
import { openWorld, type World } from '../tenant.ts'
import { ask, type Sent } from '../tus.ts'

/** What came of it when so many came at once with the same secret: how many were let through, and what the others heard. */
export type Rush = { what: string; through: number; refusals: number[] }

const PASSWORD = 'correct horse battery staple'
const HOUR_MS = 3_600_000
const NO_LIMITS = { LOGIN_FAILURES_PER_MINUTE: '1000000', REGISTRATIONS_PER_MINUTE: '1000000' }

type Arena = World & { attempts: number }

export const secrets = {
  'an invitation, by a new account': registering,
  'an invitation, by the account invited': accepting,
  'an invitation, accepted and declined': acceptingAndDeclining,
  'a password reset': (world: Arena) =>
    mailed(world, 'reset-password', '/api/auth/reset-password', { password: `${PASSWORD} 2` }),
  'a verification': (world: Arena) => mailed(world, 'verify-email', '/api/auth/verify-email', {}),
  'a change of address': (world: Arena) => mailed(world, 'change-email', '/api/auth/confirm-email', {}),
}

/** So many at once with one secret, so many times for each kind of secret. Each comes from an address of their own. */
export async function rush(rounds: number, attempts: number): Promise<Rush[]> {
  const world = { ...(await openWorld({ ...NO_LIMITS, TRUST_PROXY: '1' })), attempts }
  const found: Rush[] = []
  try {
    for (let round = 0; round < rounds; round++)
      for (const [what, begin] of Object.entries(secrets)) found.push({ what, ...(await begin(world)) })
    return found
  } finally {
    await world.t.stop()
  }
}

const newSecret = () => {
  const token = randomBytes(32).toString('base64url')
  return { token, hash: createHash('sha256').update(token).digest() }
}

type Send = (attempt: number) => Sent

async function atOnce({ origin, attempts }: Arena, send: Send): Promise<Omit<Rush, 'what'>> {
  const replies = await Promise.all(
    Array.from({ length: attempts }, (_, attempt) => {
      const sent = send(attempt)
      return ask(origin, { ...sent, headers: { ...sent.headers, 'x-forwarded-for': `192.0.2.${attempt + 1}` } })
    }),
  )
  const statuses = replies.map(({ status }) => status)
  return {
    through: statuses.filter((status) => status < 300).length,
    refusals: [...new Set(statuses.filter((status) => status >= 300))],
  }
}

async function invitation({ t }: World, email: string) {
  const { platform } = t
  const owner = await makeUser(platform)
  const { id: organizationId } = await makeOrganization(platform, owner)
  const { token, hash } = newSecret()
  const expires_at = new Date(Date.now() + HOUR_MS)
  const about = {
    id: newId(),
    organization_id: organizationId,
    email,
    role: 'member',
    invited_by: owner.userId,
    expires_at,
  }
  await platform.db
    .insertInto('invitation')
    .values({ ...about, token_hash: hash })
    .execute()
  return { token, organizationId }
}

/** Let through once, and one more in the organization. */
async function membersOf({ t }: World, organizationId: string): Promise<number> {
  const rows = await t.platform.db
    .selectFrom('organization_member')
    .select('user_id')
    .where('organization_id', '=', organizationId)
    .execute()
  return rows.length - 1
}

async function registering(world: Arena): Promise<Omit<Rush, 'what'>> {
  const { token, organizationId } = await invitation(world, `guest-${newId()}@example.org`)
  const body = { token, name: 'Guest', password: PASSWORD }
  const rushed = await atOnce(world, () => jsonOf('POST', '/api/invitations/register', body))
  return { ...rushed, through: Math.max(rushed.through, await membersOf(world, organizationId)) }
}

async function accepting(world: Arena): Promise<Omit<Rush, 'what'>> {
  const { user, token, organizationId } = await invited(world)
  const { authorization } = await bearer(world.t.platform, user)
  const rushed = await atOnce(world, () => jsonOf('POST', '/api/invitations/accept', { token }, authorization))
  return { ...rushed, through: Math.max(rushed.through, await membersOf(world, organizationId)) }
}

/** Either there is a member or there is none; never does somebody hear that they declined and find themselves inside. */
async function acceptingAndDeclining(world: Arena): Promise<Omit<Rush, 'what'>> {
  const { user, token, organizationId } = await invited(world)
  const { authorization } = await bearer(world.t.platform, user)
  const rushed = await atOnce(world, (attempt) =>
    attempt % 2 === 0
      ? jsonOf('POST', '/api/invitations/accept', { token }, authorization)
      : jsonOf('POST', '/api/invitations/decline', { token }),
  )
  const members = await membersOf(world, organizationId)
  return members > 1 ? { ...rushed, through: members } : rushed
}

async function invited(world: Arena) {
  const email = `member-${newId()}@example.org`
  const user = await makeUser(world.t.platform, { email })
  await world.t.platform.db
    .updateTable('user')
    .set({ email_verified_at: new Date() })
    .where('id', '=', user.userId)
    .execute()
  return { user, ...(await invitation(world, email)) }
}

async function mailed(
  world: Arena,
  purpose: 'verify-email' | 'reset-password' | 'change-email',
  path: string,
  body: object,
): Promise<Omit<Rush, 'what'>> {
  const { t } = world
  const email = `person-${newId()}@example.org`
  const { userId } = await makeUser(t.platform, { email })
  const { token, hash } = newSecret()
  const expires_at = new Date(Date.now() + HOUR_MS)
  const about = { user_id: userId, purpose, email: purpose === 'change-email' ? `new-${email}` : email, expires_at }
  await t.platform.db
    .insertInto('mailed_token')
    .values({ ...about, token_hash: hash })
    .execute()
  return atOnce(world, () => jsonOf('POST', path, { token, ...body }))
}
