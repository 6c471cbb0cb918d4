const KEY = 'trove.invitation'

/** The token of a letter, from the address or from before a detour by the sign-in. Never part of what a server is sent. */
export function keptToken(hash: string): string | undefined {
  const given = hash.replace(/^#/, '')
  try {
    if (given !== '') sessionStorage.setItem(KEY, given)
    return sessionStorage.getItem(KEY) ?? undefined
  } catch {
    return given === '' ? undefined : given
  }
}

export function forgetToken(): void {
  try {
    sessionStorage.removeItem(KEY)
  } catch {
    // It was not kept either.
  }
}
