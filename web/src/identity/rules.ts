import { PASSWORD_MAX_BYTES, PASSWORD_MIN_CHARACTERS } from '@trove/contract/identity'

/** What is wrong with a new password, and what would be right; undefined when nothing is. */
export function passwordFault(password: string): string | undefined {
  if ([...password].length < PASSWORD_MIN_CHARACTERS) return `Use at least ${PASSWORD_MIN_CHARACTERS} characters.`
  if (new TextEncoder().encode(password).length > PASSWORD_MAX_BYTES)
    return `That is too long to be kept whole; use at most ${PASSWORD_MAX_BYTES} characters.`
  return undefined
}

export function emailFault(email: string): string | undefined {
  return /^[^\s@]+@[^\s@]+$/.test(email.trim()) ? undefined : 'An e-mail address has an @ in it: ana@example.org'
}
