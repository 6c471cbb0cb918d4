import { PASSWORD_MAX_BYTES } from '@trove/contract/identity'
import { Problem } from '../../platform/problem.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

export const ACCESS_TOKEN_MS = 15 * MINUTE_MS
export const REFRESH_TOKEN_MS = 30 * DAY_MS

/** How long after a sign-in or a confirmation the most delicate changes may be made. */
export const CONFIRMED_MS = 10 * MINUTE_MS

export const isRecent = (confirmedAt: Date, now: Date): boolean => now.getTime() - confirmedAt.getTime() < CONFIRMED_MS

/**
 * How long after a refresh token was spent it still gives the same pair again, for two tabs that ask at once.
 * Only while its successor is unspent: after that, whoever comes with it is not the one who had it.
 */
export const GRACE_MS = 10_000

/** @throws invalid-request  the password is longer than bcrypt reads */
export function requireUsablePassword(password: string) {
  if (Buffer.byteLength(password) <= PASSWORD_MAX_BYTES) return
  const detail = `The password may have at most ${PASSWORD_MAX_BYTES} bytes; this one is longer. Choose a shorter one.`
  throw new Problem('invalid-request', detail, { errors: [{ pointer: '#/body/password', detail }] })
}

/** What stands in the place of a password where there is none: no password has it as its hash. */
export const NO_PASSWORD = 'none'

export const hasPassword = (passwordHash: string): boolean => passwordHash !== NO_PASSWORD

export const normalizeEmail = (email: string): string => email.normalize('NFC').trim().toLowerCase()

/** What to call somebody who gave no name. */
export const nameFromEmail = (email: string): string => email.slice(0, email.indexOf('@')).slice(0, 100)

export type Presented = { spentAt: Date | null; expiresAt: Date; isRevoked: boolean; isSuccessorSpent: boolean }

/** What a refresh token that was presented deserves. */
export function judgeRefresh(token: Presented, now: Date): 'rotate' | 'repeat' | 'reused' | 'ended' {
  if (token.isRevoked || token.expiresAt <= now) return 'ended'
  if (token.spentAt === null) return 'rotate'
  const isInGrace = now.getTime() - token.spentAt.getTime() <= GRACE_MS
  return isInGrace && !token.isSuccessorSpent ? 'repeat' : 'reused'
}
