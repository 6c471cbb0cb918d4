/** The secret of a link in the fragment of its address; undefined when there is none. */
export function secretIn(hash: string): string | undefined {
  const secret = hash.slice(hash.lastIndexOf('.') + 1).replace(/^#/, '')
  return /^[\w-]{20,100}$/.test(secret) ? secret : undefined
}
