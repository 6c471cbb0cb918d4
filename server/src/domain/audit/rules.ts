const MAX_AGENT_CHARACTERS = 300
/** Longer than any id or name, shorter than a document. */
const MAX_FACT_CHARACTERS = 2_000
const SECRET = /(password|passphrase|secret|token|cookie|authorization)(?!s?Id)/i
const WITHHELD = '(withheld)'

export const cutAgent = (agent: string | undefined): string | undefined => agent?.slice(0, MAX_AGENT_CHARACTERS)

/**
 * Facts fit to be kept for years and exported: a value whose name says that it is a secret is withheld, whoever put it
 * there, and a text without end is cut. It is the last fence; callers give no secrets.
 */
export function withoutSecrets(facts: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, fit(name, value)]))
}

function fit(name: string, value: unknown): unknown {
  if (typeof value === 'string') return SECRET.test(name) ? WITHHELD : value.slice(0, MAX_FACT_CHARACTERS)
  if (Array.isArray(value)) return value.map((member) => fit(name, member))
  if (typeof value === 'object' && value !== null) return withoutSecrets(value as Record<string, unknown>)
  return value
}
