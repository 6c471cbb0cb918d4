import type { FileFilter } from '@trove/contract/file-filter'
import type { UserActor } from '../../../platform/actor.ts'
import type { Db } from '../../../platform/db/index.ts'
import { Problem } from '../../../platform/problem.ts'
import * as access from '../../access/index.ts'
import type { Scope } from './matching/store.ts'

/**
 * @throws not-found    the organization, or the folder that the filter names, is none of the caller's
 * @throws not-allowed  as `requireTold` says
 */
export async function requireScope(
  db: Db,
  actor: UserActor,
  organizationId: string,
  filter: Pick<FileFilter, 'folderId' | 'bounds'> = {},
): Promise<Scope> {
  const { folderId } = filter
  const role = await access.requireMember(db, actor, organizationId, 'guest')
  if (folderId !== undefined && folderId !== 'top') await access.require(db, actor, 'read', folderId)
  requireTold(actor, filter)
  return { organizationId, userId: actor.userId, seesEverything: role === 'owner' || role === 'admin' }
}

/**
 * Where a file was taken is told to whoever may have the original: of a key that may have none, no place is asked.
 *
 * @throws not-allowed  an API key that may not download asks by place
 */
export function requireTold(actor: UserActor, { bounds }: Pick<FileFilter, 'bounds'>): void {
  if (bounds === undefined || access.narrow(actor, ['download']).includes('download')) return
  throw new Problem('not-allowed', 'Asking by place needs an API key with the scope download.')
}
