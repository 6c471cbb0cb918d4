import type { SecondFactorNeeded } from '@trove/contract/identity'
import { inTransaction } from '../../../platform/db/index.ts'
import { networkOf } from '../../../platform/http/address.ts'
import type { Platform } from '../../../platform/platform.ts'
import { Problem } from '../../../platform/problem.ts'
import * as audit from '../../audit/index.ts'
import { counted, type SignInCounts } from '../attempts.ts'
import { derivedFrom, newChallenge, readChallenge, type Challenge } from '../challenges.ts'
import { openSession, type Device, type SignedInBy, type Tokens } from '../opening.ts'
import { spendChallenge } from '../store.ts'
import * as passkeys from '../passkeys/answers.ts'
import { takeCode } from './codes.ts'
import * as store from './store.ts'

type Machines = Pick<Platform, 'db' | 'keys' | 'mail'>

/** What the one gets for whom the first step went well, when the account wants a second. */
export async function newSecondFactorChallenge(
  platform: Machines,
  userId: string,
  device: Device,
  signedInBy: SignedInBy,
): Promise<SecondFactorNeeded> {
  const about = { userId, facts: { by: signedInBy } }
  const { token, challenge } = await newChallenge(platform.keys, 'second-factor', about)
  return describe(platform, token, challenge, device)
}

/** @throws session-ended  the challenge is not genuine, or too old */
export async function getSecondFactor(platform: Machines, device: Device, token: string): Promise<SecondFactorNeeded> {
  return describe(platform, token, await genuine(platform, token), device)
}

/**
 * The second step of a sign-in. A challenge is answered once; wrong answers are limited for the account and the address.
 *
 * @throws session-ended     the challenge is not genuine, too old, or was answered already
 * @throws wrong-code, passkey-refused, account-suspended, too-many-requests
 */
export async function answerSecondFactor(
  platform: Machines & SignInCounts,
  device: Device,
  given: { challenge: string; code?: string; credential?: Record<string, unknown> },
): Promise<Tokens> {
  const challenge = await genuine(platform, given.challenge)
  const { userId } = challenge
  const counts = [
    [platform.failuresOfAddress, networkOf(device.ip)],
    [platform.failuresOfCode, userId],
  ] as const
  const tokens = await counted(counts, async () => {
    const answer = given.credential
    if (answer === undefined) return byCode(platform, challenge, device, given.code ?? '')
    return byPasskey(platform, challenge, device, answer)
  })
  if (tokens !== undefined) return tokens
  await inTransaction(platform.db, (tx) =>
    audit.recordSecurityEvent(tx, 'warning', 'second-factor.failed', {
      userId,
      ip: device.ip,
      userAgent: device.userAgent,
    }),
  )
  if (given.credential !== undefined)
    throw new Problem('passkey-refused', 'This passkey does not belong to the account. Try another way.')
  throw new Problem('wrong-code', 'The code is not right, or has been used. Wait for the next one.')
}

type Known = Challenge & { userId: string }

async function byCode(platform: Machines, challenge: Known, device: Device, code: string): Promise<Tokens | undefined> {
  return inTransaction(platform.db, async (tx) => {
    const factor = await takeCode(tx, platform.keys, challenge.userId, code)
    if (factor === undefined) return undefined
    await requireUnspent(await spendChallenge(tx, challenge))
    if (factor === 'recovery-code') {
      const facts = { left: await store.countRecoveryCodes(tx, challenge.userId) }
      const about = { userId: challenge.userId, ip: device.ip, userAgent: device.userAgent, facts }
      await audit.recordSecurityEvent(tx, 'warning', 'recovery-code.used', about)
    }
    return openSession(tx, platform, challenge.userId, device, firstStepOf(challenge))
  })
}

async function byPasskey(
  platform: Machines,
  challenge: Known,
  device: Device,
  credential: Record<string, unknown>,
): Promise<Tokens | undefined> {
  const expected = derivedFrom(platform.keys, challenge.id, 'passkey')
  const answer = await passkeys.judgeAnswer(platform.db, device.site, { credential, expected, isAlone: false })
  if (answer === undefined || answer.userId !== challenge.userId) return undefined
  return inTransaction(platform.db, async (tx) => {
    await requireUnspent(await spendChallenge(tx, challenge))
    if (!(await passkeys.takeAnswer(tx, answer, device.ip))) return undefined
    return openSession(tx, platform, challenge.userId, device, firstStepOf(challenge))
  })
}

async function genuine(platform: Machines, token: string): Promise<Known> {
  const challenge = await readChallenge(platform.keys, 'second-factor', token)
  if (challenge?.userId === undefined)
    throw new Problem('session-ended', 'Too much time has passed since the first step. Begin again.')
  return { ...challenge, userId: challenge.userId }
}

async function requireUnspent(isFirst: boolean) {
  if (!isFirst) throw new Problem('session-ended', 'This sign-in was finished already. Begin again.')
}

const firstStepOf = ({ facts }: Challenge): SignedInBy => (facts['by'] === 'oidc' ? 'oidc' : 'password')

async function describe(
  platform: Machines,
  token: string,
  challenge: Pick<Challenge, 'id' | 'expiresAt'> & { userId?: string },
  device: Device,
): Promise<SecondFactorNeeded> {
  const userId = challenge.userId ?? ''
  const totp = await store.getTotp(platform.db, userId)
  const codesLeft = await store.countRecoveryCodes(platform.db, userId)
  const expected = derivedFrom(platform.keys, challenge.id, 'passkey')
  const passkeyOptions = await passkeys.optionsFor(platform.db, device.site, { userId, expected, isAlone: false })
  return {
    challenge: token,
    expiresAt: challenge.expiresAt.toISOString(),
    factors: [
      ...(totp?.confirmedAt ? (['totp'] as const) : []),
      ...(passkeyOptions === undefined ? [] : (['passkey'] as const)),
      ...(codesLeft > 0 ? (['recovery-code'] as const) : []),
    ],
    ...(passkeyOptions !== undefined && { passkeyOptions }),
  }
}
