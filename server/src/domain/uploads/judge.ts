import type { KeyAbout, ObjectFamily } from '../../platform/objects/index.ts'
import { inTransaction } from '../../platform/db/index.ts'
import * as media from '../media/index.ts'
import * as organizations from '../organizations/index.ts'
import type { Desk } from './desk.ts'
import type { Judged } from './store.ts'
import * as store from './store.ts'

/** The bytes that are looked at to tell what a file is. */
export const HEAD_BYTES = 64 * 1024

/**
 * Decides by an upload's first bytes whether it may go on, and under which key its bytes will be kept.
 *
 * @param head  the first 64 KiB, or everything when there is less
 * @throws type-not-allowed, type-mismatch
 */
export async function judgeHead(desk: Desk, upload: store.UploadRow, head: Uint8Array): Promise<Judged> {
  const { db } = desk.platform
  const allowedKinds = await organizations.getAllowedKinds(db, upload.organizationId)
  const { filename, declaredType } = upload
  const judged = media.judgeType({ filename, declaredType: declaredType ?? undefined, head, allowedKinds })
  desk.known(upload).judged = judged
  await giveKeyFor(desk, upload, judged)
  return judged
}

/** What the key of an original says. */
export const originalOf = ({ kind, extension }: Pick<Judged, 'kind' | 'extension'>): KeyAbout => ({
  family: familyOf(kind),
  role: 'originals',
  extension,
})

/** The key was made from the name; when the bytes say otherwise it is made anew, and written down before it is used. */
async function giveKeyFor(desk: Desk, upload: store.UploadRow, { kind, extension }: Judged): Promise<void> {
  const key = upload.objectKey
  if (key?.startsWith(`${familyOf(kind)}/`) && key.endsWith(`.${extension}`)) return
  await giveNewKey(desk, upload, { kind, extension })
}

export async function giveNewKey(
  desk: Desk,
  upload: store.UploadRow,
  judged: Pick<Judged, 'kind' | 'extension'>,
): Promise<void> {
  const key = desk.platform.objects.newKey({ ...originalOf(judged), insteadOf: upload.objectKey })
  await inTransaction(desk.platform.db, (tx) => store.setObjectKey(tx, upload.id, key))
  upload.objectKey = key
}

function familyOf(kind: Judged['kind']): ObjectFamily {
  if (kind === 'image') return 'photos'
  return kind === 'video' ? 'videos' : 'files'
}
