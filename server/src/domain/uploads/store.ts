import type { UploadState } from '@trove/contract/uploads'
import type { Kind } from '@trove/contract/media-types'
import { sql } from 'kysely'
import type { Db, Tx } from '../../platform/db/index.ts'

/** What the bytes of an upload have been found to be. */
export type Judged = { mediaType: string; kind: Kind; extension: string }

export type UploadRow = NonNullable<Awaited<ReturnType<typeof getUpload>>>

/** By which link, and in which visit, strangers send what will be its maker's. */
export type ByLink = { linkId: string; visitId: string }

const EXPIRES = (expiryMs: number) => sql<Date>`now() + make_interval(secs => ${expiryMs / 1000}::double precision)`

export function getUpload(db: Db, uploadId: string) {
  return selectUpload(db).where('id', '=', uploadId).executeTakeFirst()
}

export function lockUpload(tx: Tx, uploadId: string) {
  return selectUpload(tx).where('id', '=', uploadId).forUpdate().executeTakeFirst()
}

export async function insertUpload(
  tx: Tx,
  upload: {
    id: string
    sessionId: string
    organizationId: string
    createdBy: string
    filename: string
    declaredType: string | undefined
    metadata: string
    lengthBytes: number
    isLengthDeferred?: boolean | undefined
    concatenation?: 'partial' | 'final' | undefined
    /** Of a final one: as the client named its parts, and where their bytes are put behind each other. */
    partsNamed?: string | undefined
    stagingId?: string | undefined
    offsetBytes?: number | undefined
    objectKey: string
    expiryMs: number
    folderId?: string | undefined
    byLink?: ByLink | undefined
    sender?: string | undefined
  },
): Promise<Date> {
  const { expires_at } = await tx
    .insertInto('upload')
    .values({
      id: upload.id,
      upload_session_id: upload.sessionId,
      organization_id: upload.organizationId,
      created_by: upload.createdBy,
      filename: upload.filename,
      declared_type: upload.declaredType ?? null,
      metadata: upload.metadata,
      length_bytes: upload.lengthBytes,
      offset_bytes: upload.offsetBytes ?? 0,
      is_length_deferred: upload.isLengthDeferred ?? false,
      concatenation: upload.concatenation ?? null,
      parts_named: upload.partsNamed ?? null,
      staging_id: upload.stagingId ?? null,
      object_key: upload.objectKey,
      folder_id: upload.folderId ?? null,
      link_id: upload.byLink?.linkId ?? null,
      visit_id: upload.byLink?.visitId ?? null,
      sender: upload.sender ?? null,
      expires_at: EXPIRES(upload.expiryMs),
    })
    .returning('expires_at')
    .executeTakeFirstOrThrow()
  return expires_at
}

export async function setStatus(tx: Tx, uploadId: string, status: UploadState): Promise<void> {
  await tx.updateTable('upload').set({ status }).where('id', '=', uploadId).execute()
}

export async function setObjectKey(tx: Tx, uploadId: string, objectKey: string): Promise<void> {
  await tx.updateTable('upload').set({ object_key: objectKey }).where('id', '=', uploadId).execute()
}

/** What is known of an upload at its offset. */
export type AtOffset = {
  offsetBytes: number
  /** The process that says so; it counts only while that holds the upload. */
  holder: string
  expiryMs: number
  judged?: Judged | undefined
  /** Of exactly so many bytes. */
  hashState?: Uint8Array | undefined
}

/**
 * Bytes up to here are durable. Undefined when the upload has ended meanwhile, or is held by another process, and
 * nothing was changed.
 */
export async function moveOffset(tx: Tx, uploadId: string, at: AtOffset): Promise<Date | undefined> {
  const state = at.hashState === undefined ? null : Buffer.from(at.hashState)
  const row = await tx
    .updateTable('upload')
    .set({
      offset_bytes: at.offsetBytes,
      expires_at: EXPIRES(at.expiryMs),
      // A state that was kept for this very offset still fits it.
      hash_state: sql<Buffer>`case when offset_bytes = ${at.offsetBytes} then coalesce(${state}::bytea, hash_state) else ${state}::bytea end`,
      ...(at.judged && { judged: JSON.stringify(at.judged) }),
    })
    .where('id', '=', uploadId)
    .where('holder', '=', at.holder)
    .where('status', 'in', ['pending', 'uploading', 'paused', 'checking'])
    .returning('expires_at')
    .executeTakeFirst()
  return row?.expires_at
}

/** The length, or the room that has been set aside while that is not known. */
export async function setLength(tx: Tx, uploadId: string, lengthBytes: number, isDeferred: boolean): Promise<void> {
  await tx
    .updateTable('upload')
    .set({ length_bytes: lengthBytes, is_length_deferred: isDeferred })
    .where('id', '=', uploadId)
    .execute()
}

/** From here on its bytes come to the store itself. */
export async function setDirect(tx: Tx, uploadId: string, shown: { head: Uint8Array; judged: Judged }): Promise<void> {
  await tx
    .updateTable('upload')
    .set({ direct_head: Buffer.from(shown.head), judged: JSON.stringify(shown.judged) })
    .where('id', '=', uploadId)
    .execute()
}

/** The end of an upload. Its object key goes: from here on a blob says where the bytes are, or nothing does. */
export async function endUpload(
  tx: Tx,
  uploadId: string,
  end:
    | { status: 'completed'; fileId: string; sha256: Uint8Array; mediaType: string; lengthBytes: number }
    | { status: 'failed' | 'cancelled'; failureKind: string | null; failure: string | null },
): Promise<void> {
  const facts =
    end.status === 'completed'
      ? {
          file_id: end.fileId,
          sha256: Buffer.from(end.sha256),
          media_type: end.mediaType,
          offset_bytes: end.lengthBytes,
        }
      : { failure_kind: end.failureKind, failure: end.failure }
  await tx
    .updateTable('upload')
    .set({ status: end.status, ended_at: sql<Date>`now()`, object_key: null, holder: null, hash_state: null, ...facts })
    .where('id', '=', uploadId)
    .execute()
}

export function selectUpload(db: Db) {
  return db
    .selectFrom('upload')
    .select([
      'id',
      'upload_session_id as sessionId',
      'organization_id as organizationId',
      'created_by as createdBy',
      'filename',
      'declared_type as declaredType',
      'metadata',
      'length_bytes as lengthBytes',
      'offset_bytes as offsetBytes',
      'status',
      'object_key as objectKey',
      'folder_id as folderId',
      'link_id as linkId',
      'visit_id as visitId',
      'sender',
      'file_id as fileId',
      'failure_kind as failureKind',
      'failure',
      'expires_at as expiresAt',
      'is_length_deferred as isLengthDeferred',
      'concatenation',
      'parts_named as partsNamed',
      'part_of as partOf',
      'staging_id as stagingId',
      'direct_head as directHead',
      'holder',
      'judged',
      'hash_state as hashState',
    ])
    .$narrowType<{ status: UploadState; judged: Judged | null; concatenation: 'partial' | 'final' | null }>()
}
