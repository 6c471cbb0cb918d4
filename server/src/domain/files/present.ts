import type { Rights } from '@trove/contract/access'
import type { File } from '@trove/contract/files'
import { byVariantOrder } from './rules.ts'
import type { FileRow } from './store.ts'

/** A row as the contract tells it. What is not known is left out. */
export function present(row: FileRow, rights: Rights): File {
  return {
    id: row.id,
    organizationId: row.organizationId,
    name: row.name,
    kind: row.kind as File['kind'],
    mediaType: row.mediaType,
    sizeBytes: row.sizeBytes,
    sha256: row.sha256.toString('hex'),
    versionId: row.versionId,
    status: row.status,
    variants: row.variants.toSorted(byVariantOrder),
    createdAt: row.createdAt.toISOString(),
    createdBy: { id: row.createdById, name: row.createdByName },
    rights: [...rights],
    // Known to whoever may move it; to others it would tell of a folder that they may not see.
    ...(row.folderId !== null && rights.includes('write') && { folderId: row.folderId }),
    ...(row.failure !== null && { failure: row.failure }),
    ...(row.widthPixels !== null && { widthPixels: row.widthPixels }),
    ...(row.heightPixels !== null && { heightPixels: row.heightPixels }),
    ...(row.durationMs !== null && { durationMs: row.durationMs }),
    ...(row.pages !== null && { pages: row.pages }),
    ...(row.blur !== null && { blur: `data:image/webp;base64,${row.blur.toString('base64')}` }),
    ...(row.trashedAt !== null && { trashedAt: row.trashedAt.toISOString() }),
  }
}
