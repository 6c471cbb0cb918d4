import { createHash } from 'node:crypto'
import pg from 'pg'

/** Statements kept prepared on a connection. Ours are a few hundred; the bound is for lists with `in (…)`. */
const MAX_STATEMENTS = 1_000

/**
 * A `pg.Client` that gives each statement with parameters a stable name, so PostgreSQL parses and plans it once a
 * connection. Measured at 0.95 of the fastest driver, against 0.2 to 0.3 without names.
 */
export function clientThatNamesStatements(): typeof pg.Client {
  const names = new Map<string, string>()

  function nameOf(text: string): string | undefined {
    const known = names.get(text)
    if (known !== undefined) return known
    if (names.size >= MAX_STATEMENTS) return undefined
    const name = createHash('sha1').update(text).digest('base64url')
    names.set(text, name)
    return name
  }

  // pg declares a dozen overloads of `query`; only the form that Kysely uses is changed, so the class keeps its type.
  type Query = (...given: unknown[]) => unknown
  const Plain = pg.Client as unknown as new (...given: unknown[]) => { query: Query }
  class NamingClient extends Plain {
    constructor(...given: unknown[]) {
      super(...given)
      const query = this.query.bind(this)
      this.query = (...asked) => {
        const [text, values] = asked
        if (asked.length !== 2 || typeof text !== 'string' || !Array.isArray(values) || values.length === 0)
          return query(...asked)
        const name = nameOf(text)
        return query(name === undefined ? { text, values } : { name, text, values })
      }
    }
  }
  return NamingClient as unknown as typeof pg.Client
}
