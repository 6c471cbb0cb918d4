import type { VariantName } from '@trove/contract/files'
import type { Actor } from '../../platform/actor.ts'
import type { Db } from '../../platform/db/index.ts'
import { Problem } from '../../platform/problem.ts'
import type * as access from '../access/index.ts'
import * as store from './store.ts'

export type ReadableVariant = NonNullable<Awaited<ReturnType<typeof store.getVariant>>>

/**
 * Where the bytes of a variant are, for somebody who may read the file. Also while it is in the trash, which shows it.
 *
 * @throws not-found  also while it has not been made, or is not made of files like this
 */
export async function requireVariant(
  db: Db,
  decisions: ReturnType<typeof access.createDecisions>,
  actor: Actor,
  { fileId, variant }: { fileId: string; variant: VariantName },
): Promise<ReadableVariant> {
  await decisions.require(actor, 'read', fileId)
  const found = await store.getVariant(db, fileId, variant)
  if (found === undefined) throw new Problem('not-found', `The file has no ${variant}, or not yet.`)
  return found
}
