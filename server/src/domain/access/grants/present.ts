import type { Grant } from '@trove/contract/grants'
import { rightsIn } from '../rules.ts'
import type { GrantRow } from './store.ts'

/** A row as the contract tells it. */
export function present(row: GrantRow): Grant {
  const { id, principalKind, principalId, principalName, expiresAt, createdById, createdByName, isAlong } = row
  return {
    id,
    principal: { kind: principalKind as Grant['principal']['kind'], id: principalId, name: principalName },
    rights: rightsIn(row.rights),
    on: { id: row.resourceId, kind: row.onKind, name: row.onName },
    createdAt: row.createdAt.toISOString(),
    ...(expiresAt !== null && { expiresAt: expiresAt.toISOString() }),
    ...(createdById !== null && { createdBy: { id: createdById, name: createdByName ?? '' } }),
    ...(isAlong && { isAlong }),
  }
}
