const MAX_DEPTH = 10

/**
 * Whether every string in a parsed value can be kept as it is: PostgreSQL refuses U+0000, and half a surrogate
 * pair would come back as another character.
 */
export function isStorableText(value: unknown, depth = 0): boolean {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\0')
  if (typeof value !== 'object' || value === null) return true
  if (depth > MAX_DEPTH) return false
  return Object.entries(value).every(
    ([key, member]) => isStorableText(key, depth + 1) && isStorableText(member, depth + 1),
  )
}
