import type { File } from '@trove/contract/files'
import type { Scan } from '@trove/contract/scan'
import { isMine } from './scan.ts'

// Apart from the marks, which every list needs at once.

type Scanned = Pick<File, 'scan' | 'createdBy'>

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
