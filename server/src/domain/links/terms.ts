import { isIP } from 'node:net'
import { LINK_DOWNLOADS, LINK_HOURS } from '@trove/contract/links'
import { isMailAddress } from '../../platform/mail/index.ts'
import { hashPassword } from '../../platform/password.ts'
import { Problem } from '../../platform/problem.ts'
import { fitsBcrypt, isNetwork } from './rules.ts'

const HOUR_MS = 3_600_000

/** Terms as somebody gives them; absent means unchanged, or the default of a new link; null takes one away. */
export type Terms = {
  label?: string
  keepsMetadata?: boolean
  keepsNames?: boolean
  password?: string | null
  boundEmail?: string | null
  boundNetwork?: string | null
  maxDownloads?: number | null
  expiresAt?: string | null
}

export type KeptTerms = {
  label: string | undefined
  keepsMetadata: boolean | undefined
  keepsNames: boolean | undefined
  passwordHash: string | null | undefined
  boundEmail: string | null | undefined
  boundNetwork: string | null | undefined
  maxDownloads: number | null | undefined
  expiresAt: Date | null | undefined
}

/**
 * Terms as they are kept. Hashes the password, so it must not be called inside a transaction.
 *
 * @throws invalid-request  naming the term that cannot be kept
 */
export async function keepTerms(terms: Terms): Promise<KeptTerms> {
  const { label, keepsMetadata, keepsNames, password, boundEmail, boundNetwork, maxDownloads, expiresAt } = terms
  const until = typeof expiresAt === 'string' ? new Date(expiresAt) : expiresAt
  if (until instanceof Date && until.getTime() <= Date.now()) throw wrong('expiresAt', 'Must lie in the future.')
  if (typeof password === 'string' && !fitsBcrypt(password)) throw wrong('password', 'Must be at most 72 bytes long.')
  if (typeof boundEmail === 'string' && !isMailAddress(boundEmail))
    throw wrong('boundEmail', 'Must be an e-mail address.')
  if (typeof boundNetwork === 'string' && !isNetwork(boundNetwork, isIP))
    throw wrong('boundNetwork', 'Must be an address or a network, such as 192.0.2.7 or 192.0.2.0/24.')
  return {
    label,
    keepsMetadata,
    keepsNames,
    passwordHash: typeof password === 'string' ? await hashPassword(password) : password,
    boundEmail: boundEmail?.toLowerCase() ?? boundEmail,
    boundNetwork,
    maxDownloads,
    expiresAt: until,
  }
}

/** The same for a new link: what was not said is the default. */
export function withDefaults(terms: KeptTerms) {
  return {
    label: terms.label ?? '',
    keepsMetadata: terms.keepsMetadata ?? false,
    keepsNames: terms.keepsNames ?? false,
    passwordHash: terms.passwordHash ?? null,
    boundEmail: terms.boundEmail ?? null,
    boundNetwork: terms.boundNetwork ?? null,
    maxDownloads: terms.maxDownloads === undefined ? LINK_DOWNLOADS : terms.maxDownloads,
    expiresAt: terms.expiresAt === undefined ? new Date(Date.now() + LINK_HOURS * HOUR_MS) : terms.expiresAt,
  }
}

function wrong(term: string, detail: string): Problem {
  return new Problem('invalid-request', detail, { errors: [{ pointer: `#/body/${term}`, detail }] })
}
