import type { Security } from '@trove/contract/sign-in'
import type { UserActor } from '../../../platform/actor.ts'
import { inTransaction, type Tx } from '../../../platform/db/index.ts'
import { networkOf } from '../../../platform/http/address.ts'
import { isPassword } from '../../../platform/password.ts'
import type { Platform } from '../../../platform/platform.ts'
import { Problem } from '../../../platform/problem.ts'
import * as audit from '../../audit/index.ts'
import { counted, type SignInCounts } from '../attempts.ts'
import { isConfirmed, requireConfirmed } from '../confirmation.ts'
import { listLinkedSignIns } from '../oidc/store.ts'
import type { Device } from '../opening.ts'
import { judgeConfirmation, presentPasskey } from '../passkeys/operations.ts'
import { takeAnswer } from '../passkeys/answers.ts'
import { listPasskeys } from '../passkeys/store.ts'
import { CONFIRMED_MS, hasPassword } from '../rules.ts'
import { confirmSession, getInstallation, spendChallenge } from '../store.ts'
import { dropIdleRecoveryCodes, ensureRecoveryCodes, replaceRecoveryCodes, takeCode } from './codes.ts'
import * as store from './store.ts'
import { newSecret, seal, stepOf, unseal, uriOf } from './totp.ts'

type Machines = Pick<Platform, 'db' | 'keys' | 'mail'>

export async function getSecurity(platform: Pick<Platform, 'db' | 'settings'>, actor: UserActor): Promise<Security> {
  const { db, settings } = platform
  const { userId } = actor
  const [account, totp, recoveryCodesLeft, passkeys, linked, confirmed] = await Promise.all([
    store.getAccount(db, userId),
    store.getTotp(db, userId),
    store.countRecoveryCodes(db, userId),
    listPasskeys(db, userId),
    listLinkedSignIns(db, userId),
    isConfirmed(db, actor),
  ])
  return {
    hasPassword: hasPassword(account.passwordHash),
    totp: { isOn: Boolean(totp?.confirmedAt), since: totp?.confirmedAt?.toISOString() ?? null },
    recoveryCodesLeft,
    passkeys: passkeys.map(presentPasskey),
    linkedSignIns: linked.map(({ id, email, issuer, lastUsedAt, createdAt }) => ({
      id,
      email,
      isOfThisProvider: new URL(issuer).href === settings.oidc?.issuer.href,
      lastUsedAt: lastUsedAt?.toISOString() ?? null,
      createdAt: createdAt.toISOString(),
    })),
    isConfirmed: confirmed,
  }
}

/**
 * Shows again that it is the one who signed in. Wrong answers count with those of signing in.
 *
 * @throws wrong-code, too-many-requests
 */
export async function confirmIdentity(
  platform: Machines & SignInCounts,
  actor: UserActor,
  device: Device,
  given: { password?: string; code?: string; passkey?: { token: string; credential: Record<string, unknown> } },
): Promise<{ confirmedUntil: string }> {
  const { userId, sessionId, ip } = actor
  const counts = [
    [platform.failuresOfAddress, networkOf(ip)],
    [platform.failuresOfCode, userId],
  ] as const
  const isRight = await counted(counts, async () => ((await isIt(platform, actor, device, given)) ? true : undefined))
  if (isRight !== true) {
    await inTransaction(platform.db, (tx) =>
      audit.recordSecurityEvent(tx, 'warning', 'confirmation.failed', { userId, actor, facts: { sessionId } }),
    )
    throw new Problem('wrong-code', 'That is not right. Try again, or confirm in another way.')
  }
  await inTransaction(platform.db, (tx) => confirmSession(tx, sessionId))
  return { confirmedUntil: new Date(Date.now() + CONFIRMED_MS).toISOString() }
}

async function isIt(
  platform: Machines,
  actor: UserActor,
  device: Device,
  given: Parameters<typeof confirmIdentity>[3],
): Promise<boolean> {
  const { db, keys } = platform
  const { password, code, passkey } = given
  if (password !== undefined) return isPassword(password, (await store.getAccount(db, actor.userId)).passwordHash)
  if (code !== undefined)
    return inTransaction(db, async (tx) => (await takeCode(tx, keys, actor.userId, code)) !== undefined)
  const judged = passkey && (await judgeConfirmation(platform, actor, device, passkey))
  if (judged === undefined) return false
  return inTransaction(
    db,
    async (tx) => (await spendChallenge(tx, judged.challenge)) && takeAnswer(tx, judged.answer, actor.ip),
  )
}

/**
 * A secret for an app. It asks nobody for anything until a code of it is confirmed; asking again replaces it.
 *
 * @throws confirm-first
 * @throws wrong-state  an app is connected already
 */
export async function beginTotp(platform: Machines, actor: UserActor): Promise<{ secret: string; uri: string }> {
  await requireConfirmed(platform.db, actor)
  const secret = newSecret()
  const [{ name }, { email }] = await Promise.all([
    getInstallation(platform.db),
    store.getAccount(platform.db, actor.userId),
  ])
  const isKept = await inTransaction(platform.db, (tx) =>
    store.insertTotp(tx, actor.userId, seal(platform.keys, actor.userId, secret)),
  )
  if (!isKept) throw new Problem('wrong-state', 'An app is connected already. Turn it off first to connect another.')
  return { secret, uri: uriOf(secret, name, email) }
}

/**
 * Turns codes on, once one has shown that the app has the secret. The first factor brings recovery codes.
 *
 * @throws confirm-first, wrong-code, too-many-requests
 * @throws wrong-state  no app has been given a secret, or one is connected already
 */
export async function confirmTotp(
  platform: Machines & SignInCounts,
  actor: UserActor,
  code: string,
): Promise<{ recoveryCodes: string[] }> {
  await requireConfirmed(platform.db, actor)
  const { userId } = actor
  const outcome = await counted([[platform.failuresOfCode, userId]], () =>
    inTransaction(platform.db, async (tx) => {
      const totp = await store.lockTotp(tx, userId)
      if (totp === undefined) throw new Problem('wrong-state', 'Begin with the secret, then give a code of the app.')
      if (totp.confirmedAt !== null) throw new Problem('wrong-state', 'An app is connected already.')
      const secret = unseal(platform.keys, userId, totp.sealedSecret)
      const step = secret === undefined ? undefined : stepOf(secret, code.replace(/\s/g, ''), totp.lastStep)
      if (step === undefined) return undefined
      await store.setTotpStep(tx, userId, step)
      await store.confirmTotp(tx, userId)
      await recordChange(tx, actor, 'totp.added')
      return { recoveryCodes: await ensureRecoveryCodes(tx, userId) }
    }),
  )
  if (outcome === undefined)
    throw new Problem(
      'wrong-code',
      'The code is not right. Is the clock of the phone right, and the secret the last one?',
    )
  return outcome
}

/** @throws confirm-first, not-found */
export async function removeTotp(platform: Machines, actor: UserActor): Promise<null> {
  await requireConfirmed(platform.db, actor)
  return inTransaction(platform.db, async (tx) => {
    if (!(await store.deleteTotp(tx, actor.userId))) throw new Problem('not-found', 'No app is connected.')
    await dropIdleRecoveryCodes(tx, actor.userId)
    await recordChange(tx, actor, 'totp.removed')
    return null
  })
}

/**
 * @throws confirm-first
 * @throws wrong-state  there is no second factor that they could stand in for
 */
export async function renewRecoveryCodes(platform: Machines, actor: UserActor): Promise<{ recoveryCodes: string[] }> {
  await requireConfirmed(platform.db, actor)
  return inTransaction(platform.db, async (tx) => {
    const { hasSecondFactor } = await store.lockUser(tx, actor.userId)
    if (!hasSecondFactor) throw new Problem('wrong-state', 'Connect an app or add a passkey first.')
    await recordChange(tx, actor, 'recovery-codes.renewed')
    return { recoveryCodes: await replaceRecoveryCodes(tx, actor.userId) }
  })
}

const recordChange = (tx: Tx, actor: UserActor, kind: string) =>
  audit.recordSecurityEvent(tx, 'warning', kind, { userId: actor.userId, actor })
