import type { Link, LinkState } from '@trove/contract/links'
import { formatCount, formatDate, formatDateTime, formatDay } from '../lib/format.ts'

export const stateNames: Record<LinkState, { name: string; tone: 'success' | 'plain' | 'warning' | 'danger' }> = {
  live: { name: 'Active', tone: 'success' },
  'used-up': { name: 'Used up', tone: 'warning' },
  expired: { name: 'Expired', tone: 'plain' },
  revoked: { name: 'Ended', tone: 'danger' },
}

/** Whether anybody can still open it. */
export const isOpen = ({ status }: Pick<Link, 'status'>) => status === 'live' || status === 'used-up'

/** What a link is of, as one would call it. */
export function targetName({ of }: Pick<Link, 'of'>): string {
  if (of.kind !== 'selection') return of.name
  return of.event === undefined ? formatCount(of.count, 'file') : `${of.event.name} (${formatCount(of.count, 'file')})`
}

/** `View and download`, `View, add files`, `Send files` */
export function abilityWords({ allows }: Pick<Link, 'allows'>): string {
  if (!allows.includes('view')) return 'Asks for files'
  const seen = allows.includes('download') ? 'View and download' : 'View'
  return allows.includes('upload') ? `${seen}, add files` : seen
}

/** Everything that limits a link, in the order in which people ask. */
export function termWords(link: Link): string[] {
  const { allows, maxDownloads, downloads, hasPassword, boundEmail, boundNetwork, keepsMetadata, keepsNames } = link
  const isSeen = allows.includes('view')
  return [
    abilityWords(link),
    endWords(link),
    allows.includes('download') && downloadWords(downloads, maxDownloads),
    hasPassword && 'Password',
    boundEmail !== undefined && `Only ${boundEmail}`,
    boundNetwork !== undefined && `Only from ${boundNetwork}`,
    isSeen && keepsMetadata && 'With hidden data',
    isSeen && keepsNames && 'With names',
  ].filter((word) => word !== false)
}

function endWords({ expiresAt, revokedAt, status }: Link): string {
  if (status === 'revoked' && revokedAt !== undefined) return `Ended ${whenWords(revokedAt)}`
  if (expiresAt === undefined) return 'No end'
  return `${status === 'expired' ? 'Expired' : 'Until'} ${whenWords(expiresAt)}`
}

/** Near enough, the hour matters too. */
const SOON_MS = 3 * 86_400_000
const whenWords = (instant: string) =>
  Math.abs(Date.parse(instant) - Date.now()) < SOON_MS ? formatDateTime(instant) : formatDate(instant)

function downloadWords(downloads: number, most: number | undefined): string {
  if (most === undefined) return formatCount(downloads, 'download')
  return `${new Intl.NumberFormat().format(downloads)} of ${formatCount(most, 'download')}`
}

/** `Opened 3 times, last today` */
export function usageWords({ visits, lastUsedAt }: Pick<Link, 'visits' | 'lastUsedAt'>): string {
  if (visits === 0) return 'Not opened yet'
  const times = visits === 1 ? 'once' : `${new Intl.NumberFormat().format(visits)} times`
  return `Opened ${times}${lastUsedAt === undefined ? '' : `, last ${formatDay(lastUsedAt)}`}`
}

/** The program and system of somebody, as far as their browser says: `Firefox on Windows`. */
export function programOf(userAgent: string | undefined): string {
  if (userAgent === undefined) return 'Unknown program'
  const found = (table: readonly (readonly [RegExp, string])[]) => table.find(([sign]) => sign.test(userAgent))?.[1]
  const program = found(PROGRAMS) ?? userAgent.slice(0, 40)
  const system = found(SYSTEMS)
  return system === undefined ? program : `${program} on ${system}`
}

const PROGRAMS = [
  [/Edg\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/Firefox\//, 'Firefox'],
  [/Chrome\//, 'Chrome'],
  [/Safari\//, 'Safari'],
  [/^curl\//, 'curl'],
] as const
const SYSTEMS = [
  [/iPhone|iPad/, 'iOS'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/Linux/, 'Linux'],
] as const
