import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import type { Platform } from '../../platform/platform.ts'
import { withScratch } from '../../platform/scratch.ts'
import { muxers } from './bare/rules.ts'
import { extensionOfType, familyOfType } from './families.ts'
import { withLocalFile } from './originals.ts'
import { rendererOf } from './renderer.ts'

const MINUTE_MS = 60_000
const READ_BYTES = 1024 * 1024
const NAME = 'part'
/** What every container of recordings that has no muxer here is written as. */
const OTHERWISE = 'video/matroska'

/** From where and for how long, in milliseconds of the recording. */
export type Part = { startMs: number; lengthMs: number }
type Source = { organizationId: string; objectKey: string; sizeBytes: number; mediaType: string }

/** What was cut out, in the store under a key of its own: the caller records it, or deletes it. */
export type Cut =
  | { ok: true; objectKey: string; sizeBytes: number; sha256: Buffer; mediaType: string; durationMs: number }
  | { ok: false; failure: string }

/**
 * Has the media child cut a part out of a video, without encoding anything anew, and puts what comes out into the store.
 * The video itself stays as it is.
 *
 * @throws whatever the signal was aborted with
 */
export async function cutOut(
  platform: Platform,
  source: Source,
  part: Part,
  { signal, onProgress }: { signal: AbortSignal; onProgress: (share: number) => void },
): Promise<Cut> {
  const mediaType = source.mediaType in muxers ? source.mediaType : OTHERWISE
  const muxer = muxers[mediaType]?.name ?? 'matroska'
  const leave = await rendererOf(platform).enter({ lane: 'first' }, signal)
  try {
    return await withScratch(platform.settings.temporaryFolder, async (outputFolder) => {
      const making = await withLocalFile(platform, source.objectKey, (path) =>
        rendererOf(platform).make(
          { ...source, path, outputFolder, make: 'trim', options: { ...part, muxer, name: NAME } },
          signal,
          { of: source.organizationId, timeoutMs: 10 * MINUTE_MS, quietMs: MINUTE_MS, onProgress },
        ),
      )
      if (!making.ok) return { ok: false, failure: making.failure }
      const path = join(outputFolder, NAME)
      const { durationMs } = making.facts as { durationMs: number }
      return {
        ok: true,
        ...(await put(platform, source.organizationId, path, mediaType)),
        mediaType,
        durationMs,
      }
    })
  } finally {
    leave()
  }
}

async function put({ objects }: Platform, organizationId: string, path: string, mediaType: string) {
  const objectKey = objects.newKey({
    family: familyOfType(mediaType),
    role: 'originals',
    extension: extensionOfType(mediaType),
  })
  const hash = createHash('sha256')
  const bytes = createReadStream(path, { highWaterMark: READ_BYTES })
  const { sizeBytes } = await objects.put(objectKey, hashed(bytes, hash), { organizationId })
  return { objectKey, sizeBytes, sha256: hash.digest() }
}

async function* hashed(bytes: AsyncIterable<Buffer>, hash: ReturnType<typeof createHash>): AsyncGenerator<Buffer> {
  for await (const piece of bytes) {
    hash.update(piece)
    yield piece
  }
}
