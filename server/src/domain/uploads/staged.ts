import type { StagedBytes } from '../../platform/objects/index.ts'
import type { Platform } from '../../platform/platform.ts'
import type * as store from './store.ts'

/** What has arrived of an upload, opened. */
export function openStaged({ objects }: Pick<Platform, 'objects'>, upload: store.UploadRow): Promise<StagedBytes> {
  return objects.staging.open(upload.id, {
    organizationId: upload.organizationId,
    lengthBytes: upload.lengthBytes,
    key: () => upload.objectKey ?? '',
  })
}
