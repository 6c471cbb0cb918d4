import { sql } from 'kysely'
import type { Db } from '../src/platform/db/index.ts'

const WITHIN_MS = 10_000

/** Waits until a statement of this database waits for what another transaction holds. */
export async function untilSomebodyWaits(db: Db): Promise<void> {
  for (const until = Date.now() + WITHIN_MS; Date.now() < until;) {
    const { rows } = await sql`
      select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(db)
    if (rows.length > 0) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error('nobody waits for anything')
}
