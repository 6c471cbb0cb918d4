import type { Quarantined, Scan, Scanning } from '@trove/contract/scan'
import { formatBytes, formatCount } from '../lib/format.ts'

/** What a row is called: the name of its file, or how many there are. */
export function nameOf({ files }: Pick<Quarantined, 'files'>): string {
  const [first, ...others] = files
  if (first === undefined) return 'A file'
  return others.length === 0 ? first.name : `${first.name} and ${formatCount(others.length, 'more', 'more')}`
}

const REASONS: Record<NonNullable<Scan['reason']>, string> = {
  'too-large': 'Too large to be checked',
  unreachable: 'The scanner could not be reached; it is tried again by itself',
  encrypted: 'Encrypted, so it cannot be checked',
}

/** Why it is here. */
export function whyOf({ scan }: Pick<Quarantined, 'scan'>): string {
  if (scan.status === 'infected') return `Infected: ${scan.signature ?? 'unknown'}`
  return scan.reason === undefined ? 'Could not be checked' : REASONS[scan.reason]
}

/** How the scanner stands, in a heading and a sentence. */
export function scannerWords(scanning: Scanning): {
  tone: 'success' | 'warning' | 'plain'
  name: string
  detail: string
} {
  const { scanner, engine, policy, maxBytes } = scanning
  if (scanner === 'off')
    return {
      tone: 'plain',
      name: 'Files are not scanned',
      detail: 'No virus scanner is set up in this installation. Whoever runs it can set CLAMAV_URL.',
    }
  const limit = maxBytes === undefined ? '' : ` Files above ${formatBytes(maxBytes)} are not sent to it.`
  const otherwise = POLICIES[policy ?? 'hold']
  if (scanner === 'silent')
    return {
      tone: 'warning',
      name: 'The scanner does not answer',
      detail: `Uploads go on. ${policy === 'allow' ? 'They go out unchecked meanwhile.' : 'Only whoever uploaded them can open them until it is back.'}${limit}`,
    }
  return { tone: 'success', name: 'Files are scanned', detail: `By ${engine ?? 'ClamAV'}.${limit} ${otherwise}` }
}

const POLICIES = {
  hold: 'What cannot be checked is held: only its uploader can open it.',
  'allow-large': 'What cannot be checked is held, unless it is too large for the scanner.',
  allow: 'What cannot be checked goes out all the same.',
}

/** How many stand how: only what there is. The server counts to a thousand. */
export function countsOf({ waiting, held, infected, unscanned, scanner }: Scanning): string[] {
  const told = (count: number, words: string) =>
    count === 0 ? [] : [`${count >= 1000 ? '1,000 or more' : count} ${words}`]
  return [
    ...told(infected, 'infected'),
    ...told(held, 'held'),
    ...told(waiting, 'being checked'),
    // Without a scanner that is all of them, and said already.
    ...(scanner === 'off' ? [] : told(unscanned, 'not checked yet')),
  ]
}
