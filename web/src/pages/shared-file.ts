import type { FileDetails } from '@trove/contract/files'
import type { SharedFile } from '@trove/contract/shared'

/** A file of a link as the rooms that draw files know files. What guests are not told is empty. */
export function asFile(shared: SharedFile): FileDetails {
  const { mayDownload: _, withheld, sizeBytes = 0, ...told } = shared
  return {
    ...told,
    sizeBytes,
    organizationId: '',
    versionId: shared.id,
    sha256: '',
    createdAt: '',
    happenedAt: '',
    happenedFrom: 'upload',
    createdBy: { id: '', name: '' },
    // Downloads are offered by the page of the link, which asks first whether one is left.
    rights: ['read'],
    facts: {},
    ...(withheld !== undefined && { failure: withheld }),
  }
}

/**
 * The same for a stage that may show nothing but the pictures made of it: where the original may not leave, or where
 * looking at it would use up a download that somebody wants.
 */
export function asPicture(shared: SharedFile): FileDetails {
  const file = { ...asFile(shared), mediaType: '' }
  if (file.variants.length > 0) return { ...file, kind: 'image' }
  return { ...file, kind: file.kind === 'text' || file.kind === 'document' ? 'document' : 'other' }
}
