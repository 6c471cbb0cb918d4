/** Critical events in words for people; what is not here is told by its kind. */
const WORDS: Record<string, string> = {
  'refresh-token.reused': 'A sign-in was copied: its token was used twice, and the session has been ended',
  'organization.erasure-confirmed': 'The erasing of an organization was confirmed',
  'organization.erased': 'An organization was erased',
  'blob.damaged': 'Stored bytes are damaged: files cannot be opened until they are uploaded again or restored',
  'upload.infected': 'A virus was found in a file; nobody can open it',
  'quarantine.released': 'A file was let out of the quarantine by an administrator of its organization',
}

export const wordsOf = (kind: string): string => WORDS[kind] ?? kind

/** One event as a line of a mail. */
export function lineOf(event: { at: Date; kind: string; ip: string | null }, person: string | undefined): string {
  const when = `${event.at.toISOString().slice(0, 16).replace('T', ' ')} UTC`
  const whose = person === undefined ? '' : `, account of ${person}`
  const from = event.ip === null ? '' : `, from ${event.ip}`
  return `${when}: ${wordsOf(event.kind)}${whose}${from}.`
}
