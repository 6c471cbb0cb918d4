const MAX_ADDRESS = 254
const MAX_LOCAL = 64

/**
 * An address without quotes, comments, groups or lists (RFC 5321 §4.1.2 `Dot-string`, and its UTF-8 form of RFC 6531):
 * nothing that two parsers could read as two different recipients, and nothing that ends a header.
 */
const ADDRESS = /^[^\s"(),:;<>@[\\\]\p{C}\p{Z}]+@[^\s"(),:;<>@[\\\]\p{C}\p{Z}_]+$/u

export function isMailAddress(address: string): boolean {
  if (address.length > MAX_ADDRESS || !ADDRESS.test(address)) return false
  const [local = '', domain = ''] = address.split('@')
  if (local.length > MAX_LOCAL || local.startsWith('-')) return false
  return [local, domain].every((part) => part.split('.').every((label) => label !== ''))
}

/** What may stand in one header line. */
export const isOneLine = (text: string): boolean => text !== '' && !/[\p{Cc}\u2028\u2029]/u.test(text)
