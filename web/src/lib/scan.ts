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

export function isMine(userId: string): boolean {
  const now = session.get()
  return now.status === 'signed-in' && now.user.id === userId
}

/** The mark on a file that is kept back; undefined for all others. */
export function scanMark(scan: Scan | undefined): { name: string; tone: 'danger' | 'warning' | 'plain' } | undefined {
  if (scan?.status === 'infected') return { name: 'Infected', tone: 'danger' }
  if (scan?.status === 'held') return { name: 'Held', tone: 'warning' }
  return scan?.status === 'waiting' ? { name: 'Being checked', tone: 'plain' } : undefined
}
