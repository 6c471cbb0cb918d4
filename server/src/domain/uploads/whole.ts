import { sha256 as hashOf } from '../../platform/hashing/index.ts'
import { ObjectExists } from '../../platform/objects/object-store.ts'
import { Problem } from '../../platform/problem.ts'
import type { Desk } from './desk.ts'
import { giveNewKey, HEAD_BYTES } from './judge.ts'
import { goBackTo } from './missing.ts'
import { inSlabs, openStaged, stagedAs } from './staged.ts'
import type { Judged, UploadRow } from './store.ts'

type Bytes = {
  head(): Promise<Uint8Array>
  digest(judged: Judged): Promise<Uint8Array>
  /** The key under which they are, when `digest` had to move them to read them. */
  movedTo(): string | undefined
}

/** The bytes of an upload that are all there: still staged, or moved by an attempt that a crash cut short. */
export async function findBytes(desk: Desk, upload: UploadRow): Promise<Bytes> {
  const { objects } = desk.platform
  const { lengthBytes, objectKey } = upload
  const headBytes = Math.min(HEAD_BYTES, lengthBytes)
  const stagedBytes = await objects.staging.sizeBytes(stagedAs(upload))
  if (stagedBytes === lengthBytes) {
    let movedTo: string | undefined
    return {
      movedTo: () => movedTo,
      async digest(judged) {
        const digest = await desk.known(upload).follow.digest(lengthBytes)
        if (digest !== undefined) return digest
        movedTo = await adopt(desk, upload, judged)
        return digestObject(desk, movedTo)
      },
      async head() {
        const staged = await openStaged(desk.platform, upload)
        const head = Buffer.alloc(headBytes)
        try {
          await staged.read(head, 0)
          return head
        } finally {
          await staged.close()
        }
      },
    }
  }
  const moved = stagedBytes === undefined && objectKey !== null ? await objects.head(objectKey) : undefined
  if (objectKey === null || moved?.sizeBytes !== lengthBytes)
    throw await goBackTo(desk, upload, Math.min(stagedBytes ?? 0, lengthBytes))
  return {
    movedTo: () => undefined,
    head: async () => Buffer.concat(await (await objects.get(objectKey, { first: 0, last: headBytes - 1 })).toArray()),
    digest: () => digestObject(desk, objectKey),
  }
}

/** Flush, rename, flush the folder. Returns the key under which the bytes are now. */
export async function adopt(desk: Desk, upload: UploadRow, judged: Judged): Promise<string> {
  const { objects } = desk.platform
  if (upload.objectKey === null) await giveNewKey(desk, upload, judged)
  try {
    await objects.staging.adopt(stagedAs(upload), upload.objectKey ?? '')
  } catch (error) {
    if (!(error instanceof ObjectExists)) throw error
    // An attempt before a crash came as far as renaming, and the client has sent the bytes again since.
    await giveNewKey(desk, upload, judged)
    await objects.staging.adopt(stagedAs(upload), upload.objectKey ?? '')
  }
  return upload.objectKey ?? ''
}

/**
 * What went past this program was judged by bytes that were shown before: now it is an object, and begins with those.
 *
 * @throws type-mismatch
 */
export async function requireShown({ platform }: Desk, upload: UploadRow, shown: Buffer): Promise<void> {
  const last = Math.min(HEAD_BYTES, upload.lengthBytes) - 1
  const stream = await platform.objects.get(upload.objectKey ?? '', { first: 0, last })
  const isSame = shown.equals(hashOf(Buffer.concat(await stream.toArray())))
  if (!isSame) throw new Problem('type-mismatch', 'The file does not begin with the bytes that were shown.')
}

async function digestObject({ platform, hashing }: Desk, key: string): Promise<Uint8Array> {
  const stream = hashing.open()
  try {
    for await (const slab of inSlabs(hashing, await platform.objects.get(key))) {
      await stream.update(slab).finally(() => slab.release())
    }
    return await stream.digest()
  } finally {
    stream.close()
  }
}
