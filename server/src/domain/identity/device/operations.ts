import type { Scope } from '@trove/contract/access'
import type { DeviceRequest, DeviceStart, MadeApiKey } from '@trove/contract/api-keys'
import type { UserActor } from '../../../platform/actor.ts'
import { inTransaction } from '../../../platform/db/index.ts'
import { networkOf } from '../../../platform/http/address.ts'
import type { Limiter } from '../../../platform/http/limiter.ts'
import { newId } from '../../../platform/ids.ts'
import type { Platform } from '../../../platform/platform.ts'
import { Problem } from '../../../platform/problem.ts'
import * as audit from '../../audit/index.ts'
import { counted } from '../attempts.ts'
import { requireConfirmed } from '../confirmation.ts'
import { addApiKey, requireUsableScopes } from '../keys/operations.ts'
import type { Device } from '../opening.ts'
import { deviceNamed } from '../sessions/devices.ts'
import { hashToken } from '../tokens.ts'
import { newDeviceCode, newUserCode, userCodeOf } from './codes.ts'
import * as store from './store.ts'

const SECOND_MS = 1_000
const LIVES_MS = 10 * 60 * SECOND_MS
const INTERVAL_SECONDS = 5
/** A little less than a program is told, for clocks and networks. */
const INTERVAL_MS = (INTERVAL_SECONDS - 1) * SECOND_MS
const TRIES = 3

/** @throws too-many-requests */
export async function startDeviceSignIn(
  platform: Pick<Platform, 'db'> & { deviceStarts: Limiter },
  device: Device,
  asked: { name: string; scopes: readonly Scope[] },
): Promise<DeviceStart> {
  await platform.deviceStarts.take(networkOf(device.ip))
  const deviceCode = newDeviceCode()
  const expiresAt = new Date(Date.now() + LIVES_MS)
  const { ip, userAgent, site } = device
  const request = { name: asked.name.trim(), scopes: asked.scopes, ip, userAgent, expiresAt }
  for (let tries = 0; tries < TRIES; tries += 1) {
    const userCode = newUserCode()
    const hashes = { deviceCodeHash: hashToken(deviceCode), userCodeHash: hashToken(userCode) }
    const isNew = await inTransaction(platform.db, (tx) =>
      store.insertRequest(tx, { id: newId(), ...request, ...hashes }),
    )
    if (!isNew) continue
    const verificationUri = `${site?.origin ?? ''}${site?.prefix ?? ''}/device`
    return {
      deviceCode,
      userCode,
      verificationUri,
      // Behind the # it reaches no server and no log.
      verificationUriComplete: `${verificationUri}#${userCode}`,
      expiresAt: expiresAt.toISOString(),
      intervalSeconds: INTERVAL_SECONDS,
    }
  }
  throw new Error('three codes of 25 thousand million each were taken')
}

/**
 * What a program asks again and again: the key, once, when somebody has approved.
 *
 * @throws authorization-pending, slow-down, request-denied, limit-reached
 * @throws session-ended  there is no such request, or no longer
 */
export async function takeDeviceKey(
  platform: Pick<Platform, 'db'>,
  device: Device,
  deviceCode: string,
): Promise<MadeApiKey> {
  const outcome = await inTransaction(platform.db, async (tx) => {
    const request = await store.lockByDeviceCode(tx, hashToken(deviceCode))
    const now = new Date()
    if (request === undefined || request.status === 'taken' || request.expiresAt <= now) return 'gone'
    if (request.status === 'denied') return 'denied'
    if (request.status === 'pending' || request.userId === null) {
      await store.setAsked(tx, request.id, now)
      const { lastAskedAt } = request
      return lastAskedAt !== null && now.getTime() - lastAskedAt.getTime() < INTERVAL_MS ? 'too often' : 'pending'
    }
    await store.setTaken(tx, request.id)
    const { userId, name, scopes } = request
    return addApiKey(tx, { userId, ip: device.ip }, { name, scopes, expiresAt: null })
  })
  switch (outcome) {
    case 'gone':
      throw new Problem('session-ended', 'This request has expired or was answered already. Begin again.')
    case 'denied':
      throw new Problem('request-denied', 'Whoever was asked has refused.')
    case 'pending':
      throw new Problem('authorization-pending', `Ask again in ${INTERVAL_SECONDS} s.`)
    case 'too often':
      throw new Problem('slow-down', `Ask no more often than every ${INTERVAL_SECONDS} s.`)
    default:
      return outcome
  }
}

type Guarded = Pick<Platform, 'db'> & { userCodes: Limiter }

/**
 * Guesses are limited for each user: whoever signs in to look for somebody else's code finds none.
 *
 * @throws not-found, too-many-requests
 */
export async function findDeviceRequest(platform: Guarded, actor: UserActor, typed: string): Promise<DeviceRequest> {
  const { name, scopes, ip, userAgent, createdAt, expiresAt } = await pending(platform, actor, typed)
  return {
    name,
    scopes: scopes as Scope[],
    device: deviceNamed(userAgent),
    ip,
    isHere: networkOf(ip) === networkOf(actor.ip),
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
  }
}

/** @throws confirm-first, not-found, not-allowed, too-many-requests */
export async function decideDeviceRequest(
  platform: Guarded,
  actor: UserActor,
  { userCode, decision }: { userCode: string; decision: 'approve' | 'deny' },
): Promise<null> {
  await requireConfirmed(platform.db, actor)
  const request = await pending(platform, actor, userCode)
  if (decision === 'approve') requireUsableScopes(actor, request.scopes as Scope[])
  const status = decision === 'approve' ? 'approved' : 'denied'
  await inTransaction(platform.db, async (tx) => {
    if (!(await store.decide(tx, request.id, actor.userId, status))) throw unknownCode()
    const facts = { name: request.name, scopes: request.scopes, from: request.ip }
    const about = { userId: actor.userId, actor, facts }
    await audit.recordSecurityEvent(tx, decision === 'approve' ? 'warning' : 'info', `device-request.${status}`, about)
  })
  return null
}

async function pending({ db, userCodes }: Guarded, actor: UserActor, typed: string) {
  const userCode = userCodeOf(typed)
  const found = await counted([[userCodes, actor.userId]], async () =>
    userCode === undefined ? undefined : store.getPending(db, hashToken(userCode)),
  )
  if (found === undefined) throw unknownCode()
  return found
}

const unknownCode = () =>
  new Problem('not-found', 'No program waits with this code. It is good for 10 minutes and once.')
