import { createHash } from 'node:crypto'
import type { UserActor } from '../src/platform/actor.ts'
import { addFile } from '../src/domain/files/index.ts'
import { judgeType, processVersion } from '../src/domain/media/index.ts'
import { inTransaction } from '../src/platform/db/index.ts'
import { newId } from '../src/platform/ids.ts'
import type { Platform } from '../src/platform/platform.ts'
import { kinds } from '@trove/contract/media-types'
import type { StepName } from '@trove/contract/processing'

type About = { organizationId: string; uploader: UserActor; name: string; bytes: Uint8Array; isEnqueued?: boolean }

/** A file as an upload leaves it: its bytes in the store, its rows there, its job asked for. */
export async function makeStoredFile(
  platform: Platform,
  about: About,
): Promise<{ id: string; versionId: string; blobId: string }> {
  const { organizationId, uploader, name, bytes, isEnqueued = true } = about
  const sha256 = createHash('sha256').update(bytes).digest()
  const { mediaType, kind, extension } = judgeType({
    filename: name,
    allowedKinds: kinds,
    head: bytes.subarray(0, 65_536),
  })
  const objectKey = platform.objects.newKey({ family: 'files', role: 'originals', extension })
  await platform.objects.put(objectKey, pieces(bytes), about)
  return inTransaction(platform.db, async (tx) => {
    await tx
      .insertInto('blob')
      .values({
        id: newId(),
        organization_id: organizationId,
        sha256,
        size_bytes: bytes.length,
        media_type: mediaType,
        object_key: objectKey,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    const blob = await tx
      .selectFrom('blob')
      .select('id')
      .where('organization_id', '=', organizationId)
      .where('sha256', '=', sha256)
      .executeTakeFirstOrThrow()
    const { fileId, versionId } = await addFile(tx, {
      organizationId,
      createdBy: uploader.userId,
      name,
      kind,
      blobId: blob.id,
    })
    if (isEnqueued) await platform.jobs.enqueue(tx, processVersion, { versionId }, { groupId: organizationId })
    return { id: fileId, versionId, blobId: blob.id }
  })
}

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

/** Waits until nothing is pending or processing, and says how each version ended. */
export async function untilSettled(
  platform: Pick<Platform, 'db'>,
  organizationId: string,
  withinMs: number,
): Promise<{ name: string; versionId: string; status: string; failure: string | null }[]> {
  const deadline = Date.now() + withinMs
  for (;;) {
    const versions = await platform.db
      .selectFrom('version')
      .innerJoin('file', 'file.id', 'version.file_id')
      .select(['file.name', 'version.id as versionId', 'version.status', 'version.failure'])
      .where('file.organization_id', '=', organizationId)
      .execute()
    const open = versions.filter(({ status }) => status === 'pending' || status === 'processing')
    if (open.length === 0) return versions
    if (Date.now() > deadline)
      throw new Error(`not settled within ${withinMs} ms: ${open.map(({ name }) => name).join(', ')}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

/** Waits until no step is waiting or running, but those of these names. */
export async function untilStepsEnd(
  { db }: Pick<Platform, 'db'>,
  withinMs: number,
  except: readonly StepName[] = [],
): Promise<void> {
  const deadline = Date.now() + withinMs
  for (;;) {
    const unended = await db
      .selectFrom('step')
      .select(['name', 'status', 'attempts'])
      .where('status', 'in', ['waiting', 'running'])
      .execute()
    const open = unended.filter(({ name }) => !except.includes(name as StepName))
    if (open.length === 0) return
    if (Date.now() > deadline)
      throw new Error(`${open.length} steps have not ended: ${JSON.stringify(open.slice(0, 5))}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
