import type { Link, LinkAbility, LinkVisit } from '@trove/contract/links'
import { stateOf } from './rules.ts'
import type { LinkRow, VisitRow } from './store.ts'

/** A row as the contract tells it. What is not set is left out. */
export function present(row: LinkRow): Link {
  const { resourceId, resourceKind, boundEmail, boundNetwork, maxDownloads, expiresAt, revokedAt, lastUsedAt } = row
  return {
    id: row.id,
    organizationId: row.organizationId,
    label: row.label,
    of:
      resourceId === null || resourceKind === null
        ? {
            kind: 'selection',
            count: row.selectionCount,
            ...(row.eventId !== null && row.eventName !== null && { event: { id: row.eventId, name: row.eventName } }),
          }
        : { id: resourceId, kind: resourceKind, name: row.resourceName ?? '' },
    allows: abilitiesOf(row),
    status: stateOf(row, new Date()),
    keepsMetadata: row.keepsMetadata,
    keepsNames: row.keepsNames,
    hasPassword: row.hasPassword,
    downloads: row.downloads,
    visits: row.visits,
    createdAt: row.createdAt.toISOString(),
    createdBy: { id: row.makerId, name: row.makerName },
    ...(boundEmail !== null && { boundEmail }),
    ...(boundNetwork !== null && { boundNetwork: boundNetwork.replace(/\/(32|128)$/, '') }),
    ...(maxDownloads !== null && { maxDownloads }),
    ...(expiresAt !== null && { expiresAt: expiresAt.toISOString() }),
    ...(revokedAt !== null && { revokedAt: revokedAt.toISOString() }),
    ...(lastUsedAt !== null && { lastUsedAt: lastUsedAt.toISOString() }),
  }
}

export function abilitiesOf(row: Pick<LinkRow, 'showsFiles' | 'allowsDownload' | 'allowsUpload'>): LinkAbility[] {
  return [
    ...(row.showsFiles ? (['view'] as const) : []),
    ...(row.showsFiles && row.allowsDownload ? (['download'] as const) : []),
    ...(row.allowsUpload ? (['upload'] as const) : []),
  ]
}

export function presentVisit(row: VisitRow): LinkVisit {
  return {
    id: row.id,
    at: row.openedAt.toISOString(),
    lastSeenAt: row.lastSeenAt.toISOString(),
    ip: row.ip,
    downloads: row.downloads,
    ...(row.userAgent !== null && { userAgent: row.userAgent }),
    ...(row.email !== null && { email: row.email }),
  }
}
