import type { File } from '@trove/contract/files'
import type { Scan } from '@trove/contract/scan'
import { session } from './session.ts'

type Scanned = Pick<File, 'scan' | 'createdBy'>

/** Whether the scanner keeps the bytes from whoever is signed in here: asking for them would be refused. */
export function isKept({ scan, createdBy }: Scanned): boolean {
  if (scan?.status === 'infected') return true
  return isHeldBack(scan) && (scan?.isFromLink === true || !isMine(createdBy.id))
}

/** Whether the original can be had, now or after a while in cold storage: otherwise asking for it would be refused. */
export const isFetchable = (file: Pick<File, 'scan' | 'createdBy' | 'damage'>): boolean =>
  file.damage === undefined && !isKept(file)

/** Whether the scanner has not let it go yet: only its uploader can open it. */
export const isHeldBack = (scan: Scan | undefined): boolean => scan?.status === 'waiting' || scan?.status === 'held'

function isMine(userId: string): boolean {
  const now = session.get()
  return now.status === 'signed-in' && now.user.id === userId
}

/** The mark on a file that is kept back; undefined for all others. */
export function scanMark(scan: Scan | undefined): { name: string; tone: 'danger' | 'warning' | 'plain' } | undefined {
  if (scan?.status === 'infected') return { name: 'Infected', tone: 'danger' }
  if (scan?.status === 'held') return { name: 'Held', tone: 'warning' }
  return scan?.status === 'waiting' ? { name: 'Being checked', tone: 'plain' } : undefined
}

/** What it means, in a sentence; undefined for what is kept from nobody. */
export function scanSentence({ scan, createdBy }: Scanned): string | undefined {
  if (scan?.status === 'infected')
    return `Infected${scan.signature === undefined ? '' : `: ${scan.signature}`}. Nobody can open it. An admin of the organization can delete it, or let it out if the finding is false.`
  const who =
    scan?.isFromLink === true
      ? 'Nobody can open it'
      : isMine(createdBy.id)
        ? 'Only you can open it'
        : `Only ${createdBy.name} can open it`
  if (scan?.status === 'waiting') return `It is being checked for viruses. ${who} until that is done.`
  if (scan?.status !== 'held') return undefined
  if (scan.reason === 'too-large')
    return `It is too large to be checked for viruses. ${who} until an admin lets it out.`
  if (scan.reason === 'encrypted')
    return `It is encrypted, so it cannot be checked for viruses. ${who} until an admin lets it out.`
  return `It could not be checked for viruses yet. ${who} until that is done; it is tried again by itself.`
}

const NAMES: Record<Scan['status'], string> = {
  unscanned: 'Not checked',
  waiting: 'Being checked',
  clean: 'Nothing found',
  held: 'Held',
  skipped: 'Could not be checked',
  infected: 'Infected',
  released: 'Let out by an admin',
}

export const scanName = ({ status, signature }: Scan): string =>
  signature === undefined || status === 'clean' ? NAMES[status] : `${NAMES[status]}: ${signature}`
