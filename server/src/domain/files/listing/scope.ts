import type { FileFilter } from '@trove/contract/file-filter'
import type { UserActor } from '../../../platform/actor.ts'
import type { Db } from '../../../platform/db/index.ts'
import * as access from '../../access/index.ts'
import type { Scope } from './matching/store.ts'

/** @throws not-found  the organization, or the folder that the filter names, is none of the caller's */
export async function requireScope(
  db: Db,
  actor: UserActor,
  organizationId: string,
  { folderId }: Pick<FileFilter, 'folderId'> = {},
): Promise<Scope> {
  const role = await access.requireMember(db, actor, organizationId, 'guest')
  if (folderId !== undefined && folderId !== 'top') await access.require(db, actor, 'read', folderId)
  return { organizationId, userId: actor.userId, seesEverything: role === 'owner' || role === 'admin' }
}
