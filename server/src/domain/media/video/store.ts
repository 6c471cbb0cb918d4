import { sql } from 'kysely'
import type { Tx } from '../../../platform/db/index.ts'

/** To what is known of the bytes already. */
export async function addFacts(tx: Tx, blobId: string, facts: Record<string, unknown>): Promise<void> {
  await sql`update media set facts = facts || ${JSON.stringify(facts)}::jsonb where blob_id = ${blobId}::uuid`.execute(
    tx,
  )
}
