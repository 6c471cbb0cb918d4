import { problems, type ProblemKind } from '@trove/contract/problems'
import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely'
import pg from 'pg'
import { Problem } from '../problem.ts'
import { isUnavailable } from './faults.ts'
import { createGate, type Gate } from './gate.ts'
import type { DB } from './schema.gen.ts'
import { clientThatNamesStatements } from './statements.ts'
import { watchPool } from './watch.ts'

/** Enough to read. Every write takes a `Tx` instead, so a write outside a transaction does not compile. */
export type Db = Kysely<DB>
export type Tx = Transaction<DB>

// int8 arrives as text. Sizes fit a double exactly up to 2^53 bytes (8 PiB).
pg.types.setTypeParser(pg.types.builtins.INT8, Number)

const CONNECT_TIMEOUT_MS = 5_000
/** Longer than the statement timeout, so that the server has the first word; one that hangs is found sooner: `watchPool`. */
const QUERY_TIMEOUT_MS = 35_000
const STATEMENT_TIMEOUT_MS = 30_000

export type ConnectOptions = {
  poolSize: number
  /** Off behind a PgBouncer that cannot keep prepared statements (before 1.21). */
  prepare: boolean
  /** Hears of connections that died while idle; they are replaced by themselves. */
  onIdleError: (error: Error) => void
}

/** Opens a pool. It connects on the first question, so a database that is away does not keep the program from starting. */
export function connect(connectionString: string, options: ConnectOptions): Db {
  const pool = new pg.Pool({
    connectionString,
    max: options.poolSize,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
    keepAlive: true,
    ...(options.prepare && { Client: clientThatNamesStatements() }),
    // Not a startup parameter: PgBouncer refuses those.
    onConnect: async (client) => {
      // Many small questions at once share the processors already; starting workers for one costs more than a page does.
      await client.query(`set statement_timeout = ${STATEMENT_TIMEOUT_MS}; set max_parallel_workers_per_gather = 0`)
    },
  })
  pool.on('error', options.onIdleError)
  watchPool(pool, connectionString)
  // A connection that dies in the middle of a transaction also says so on itself; the query that it breaks is told.
  pool.on('connect', (client) => client.on('error', () => undefined))
  const db: Db = new Kysely<DB>({ dialect: new PostgresDialect({ pool }) })
  writers.set(db, createGate(Math.max(1, Math.floor(options.poolSize * WRITING_SHARE)), PATIENCE_MS))
  return db
}

/**
 * Transactions wait for each other's rows and for the disk. Were they let have every connection, the shortest read would
 * wait behind all of them.
 */
const writers = new WeakMap<Db, Gate>()
const WRITING_SHARE = 0.6
const PATIENCE_MS = 8_000

/**
 * Runs `work` in one transaction: all of it happens or none of it.
 *
 * @throws the Problem that a violated constraint is named after
 * @throws unavailable  the database cannot be reached
 */
export async function inTransaction<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  try {
    const begin = () => db.transaction().execute(work)
    return await (writers.get(db)?.through(begin) ?? begin())
  } catch (error) {
    throw refusedByConstraint(error) ?? error
  }
}

/** Does `work` and takes it all back: what it would do, told by the very statements that would do it. */
export async function rehearse<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  let told: { value: T } | undefined
  try {
    await inTransaction(db, async (tx) => {
      told = { value: await work(tx) }
      throw TAKEN_BACK
    })
  } catch (error) {
    if (error !== TAKEN_BACK) throw error
  }
  if (told === undefined) throw new Error('a rehearsal ended without a result')
  return told.value
}
const TAKEN_BACK = new Error('taken back')

/** A constraint a person can trip over is named after the problem it raises: `user__email_taken` raises `email-taken`. */
function refusedByConstraint(error: unknown): Problem | undefined {
  if (isUnavailable(error)) return new Problem('unavailable', 'The database cannot be reached; try again in a moment.')
  if (!(error instanceof pg.DatabaseError)) return undefined
  const kind = error.constraint?.split('__')[1]?.replaceAll('_', '-')
  if (kind === undefined || !(kind in problems)) return undefined
  return new Problem(kind as ProblemKind, `${problems[kind as ProblemKind].title}.`)
}

/** Lets this transaction's COMMIT return before the disk has it: for what may be lost in a power cut, such as a line of a log. */
export async function withoutWaiting(tx: Tx): Promise<void> {
  await sql`set local synchronous_commit = off`.execute(tx)
}
