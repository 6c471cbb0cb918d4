import type { Right } from '@trove/contract/access'
import { linkAbilities, type LinkAbility, type LinkState } from '@trove/contract/links'

/** What a link says of itself that decides what it is good for. */
export type Standing = {
  revokedAt: Date | null
  expiresAt: Date | null
  maxDownloads: number | null
  downloads: number
}

export function stateOf({ revokedAt, expiresAt, maxDownloads, downloads }: Standing, now: Date): LinkState {
  if (revokedAt !== null) return 'revoked'
  if (expiresAt !== null && expiresAt <= now) return 'expired'
  return maxDownloads !== null && downloads >= maxDownloads ? 'used-up' : 'live'
}

/** Downloading is viewing too; told in the order of the contract. */
export function withImplied(allows: readonly LinkAbility[]): LinkAbility[] {
  return linkAbilities.filter(
    (ability) => allows.includes(ability) || (ability === 'view' && allows.includes('download')),
  )
}

/** What a maker must hold, besides the right to share, to let others do this. */
export const rightFor: Readonly<Record<LinkAbility, Right>> = { view: 'read', download: 'download', upload: 'write' }

/**
 * The rights that a link is granted: reading, and downloading when it is allowed. Never more: what strangers put into
 * a folder is put there for its maker.
 */
export const grantedBy = (allows: readonly LinkAbility[]): Right[] =>
  allows.includes('download') ? ['read', 'download'] : ['read']

const BYTES_OF_BCRYPT = 72

/** Whether a password can be kept: bcrypt reads no further. */
export const fitsBcrypt = (password: string): boolean =>
  new TextEncoder().encode(password).byteLength <= BYTES_OF_BCRYPT

const BITS = { 4: 32, 6: 128 } as const

/**
 * Whether a text names an address or a network as PostgreSQL's inet understands it.
 *
 * @param version  tells of an address whether it is IPv4 (4), IPv6 (6) or none (0)
 */
export function isNetwork(text: string, version: (address: string) => number): boolean {
  const [address = '', bits, ...rest] = text.split('/')
  const family = version(address)
  if ((family !== 4 && family !== 6) || rest.length > 0 || address.includes('%')) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= BITS[family])
}

const WORDS: Readonly<Record<string, string>> = {
  image: 'photo',
  video: 'video',
  audio: 'recording',
  document: 'document',
}

/** A name that says nothing but what kind of thing it is. The code is the same each time, so people can speak of it. */
export function neutralName(kind: string, code: string, extension: string | undefined): string {
  const stem = `${WORDS[kind] ?? (kind === 'folder' ? 'folder' : 'file')}-${code}`
  return extension === undefined ? stem : `${stem}.${extension}`
}
