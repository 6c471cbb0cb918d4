import type { StagedBytes } from '../../platform/objects/index.ts'
import type { Platform } from '../../platform/platform.ts'
import type * as store from './store.ts'

/** Under what its bytes are staged: one that is joined goes on where its first part is. */
export const stagedAs = ({ id, stagingId }: Pick<store.UploadRow, 'id' | 'stagingId'>): string => stagingId ?? id

/** What has arrived of an upload, opened. */
export function openStaged({ objects }: Pick<Platform, 'objects'>, upload: store.UploadRow): Promise<StagedBytes> {
  return objects.staging.open(stagedAs(upload), {
    organizationId: upload.organizationId,
    lengthBytes: upload.isLengthDeferred ? undefined : upload.lengthBytes,
    key: () => upload.objectKey ?? '',
  })
}
