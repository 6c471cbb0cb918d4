import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import type { Me } from '@trove/contract/identity'
import type { UserActor } from '../../../platform/actor.ts'
import { inTransaction, type Db } from '../../../platform/db/index.ts'
import type { Platform } from '../../../platform/platform.ts'
import { createProcessPool, type ProcessPool } from '../../../platform/process/index.ts'
import { Problem } from '../../../platform/problem.ts'
import * as audit from '../../audit/index.ts'
import { presentMe } from '../opening.ts'
import type { AvatarRequest, AvatarResponse } from './avatar-child.ts'
import * as store from './store.ts'

const SCRIPT = fileURLToPath(new URL('avatar-child.ts', import.meta.url))
const TIMEOUT_MS = 15_000
const MEMORY_BYTES = 768 * 1024 ** 2
const VERSION_DIGITS = 16
const MOST_BYTES = 1024 ** 2

export type Pool = ProcessPool<AvatarRequest, AvatarResponse>

/** One child, started when somebody gives a picture, and gone a while after. */
export const openAvatarPool = ({ log }: Pick<Platform, 'log'>): Pool =>
  createProcessPool({
    script: SCRIPT,
    size: 1,
    timeoutMs: TIMEOUT_MS,
    memoryBytes: MEMORY_BYTES,
    hiddenFolders: [],
    log,
  })

/**
 * Shows a picture of the signed-in user, made anew from what was sent.
 *
 * @throws type-not-allowed  it is no picture that can be read, or would take too much to be
 */
export async function setAvatar(
  platform: Pick<Platform, 'db'> & { avatars: Pool },
  actor: UserActor,
  sent: Uint8Array,
): Promise<Me> {
  const bytes = await renderPicture(platform.avatars, { bytes: sent }, actor.userId)
  const version = createHash('sha256').update(bytes).digest('hex').slice(0, VERSION_DIGITS)
  return inTransaction(platform.db, async (tx) => {
    await store.replaceAvatar(tx, actor.userId, bytes)
    const user = await store.setProfile(tx, actor.userId, { avatarVersion: version })
    if (user === undefined) throw new Problem('not-signed-in', 'This account is gone.')
    await audit.recordSecurityEvent(tx, 'info', 'avatar.set', { userId: user.id, actor })
    return presentMe(user)
  })
}

/** 256 pixels of WebP, made anew from what was sent. @param of  who sent it @throws type-not-allowed */
export async function renderPicture(pool: Pool, request: AvatarRequest, of: string): Promise<Buffer> {
  const outcome = await pool.run(request, new AbortController().signal, { of, accepts: isAvatar })
  if (!outcome.ok || !outcome.value.ok)
    throw new Problem('type-not-allowed', 'This is no picture that can be read. Send a JPEG, PNG, WebP, GIF or AVIF.')
  return Buffer.from(outcome.value.bytes)
}

/** What a decoder answers that a hostile picture may have taken over: no more than what was asked for. */
function isAvatar(answer: unknown): boolean {
  const { ok, bytes } = (answer ?? {}) as { ok?: unknown; bytes?: unknown }
  if (ok === false) return true
  return ok === true && bytes instanceof Uint8Array && bytes.length <= MOST_BYTES && isWebp(bytes)
}

const isWebp = (bytes: Uint8Array): boolean =>
  Buffer.from(bytes.subarray(0, 4)).toString('latin1') === 'RIFF' &&
  Buffer.from(bytes.subarray(8, 12)).toString('latin1') === 'WEBP'

export async function removeAvatar(platform: Pick<Platform, 'db'>, actor: UserActor): Promise<Me> {
  return inTransaction(platform.db, async (tx) => {
    await store.deleteAvatar(tx, actor.userId)
    const user = await store.setProfile(tx, actor.userId, { avatarVersion: null })
    if (user === undefined) throw new Problem('not-signed-in', 'This account is gone.')
    await audit.recordSecurityEvent(tx, 'info', 'avatar.removed', { userId: user.id, actor })
    return presentMe(user)
  })
}

/** @throws not-found  there is none, or the two are in no organization together */
export async function getAvatar(db: Db, actor: UserActor, userId: string) {
  const avatar = await store.getAvatar(db, actor.userId, userId)
  if (avatar === undefined) throw new Problem('not-found', 'There is no picture here that you can see.')
  return avatar
}
