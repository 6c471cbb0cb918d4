import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { ObjectFacts } from '../../../platform/objects/index.ts'
import type { Platform } from '../../../platform/platform.ts'
import { withScratch } from '../../../platform/scratch.ts'
import { withLocalFile } from '../originals.ts'
import { rendererOf } from '../renderer.ts'
import { Unbarable } from './pieces.ts'

const READ_BYTES = 1024 * 1024

type Rewritten = {
  organizationId: string
  objectKey: string
  from: string
  sizeBytes: number
  mediaType: string
  becomes: string
}

/**
 * Has the media child write a file anew without its metadata, and puts what comes out under `to`.
 *
 * @throws Unbarable  the file cannot be read, or is none that can be written anew
 */
export async function rewrite(
  platform: Platform,
  { from, sizeBytes, mediaType, becomes, objectKey, organizationId }: Rewritten,
  signal: AbortSignal,
): Promise<ObjectFacts> {
  return withScratch(platform.settings.temporaryFolder, async (scratch) => {
    const outputPath = join(scratch, 'copy')
    const outcome = await withLocalFile(platform, from, (path) =>
      rendererOf(platform).bare({ path, sizeBytes, mediaType, becomes, outputPath }, signal, { of: organizationId }),
    )
    if (!outcome.ok) throw new Unbarable(outcome.failure)
    if ((await stat(outputPath)).size === 0) throw new Unbarable()
    return await platform.objects.put(objectKey, createReadStream(outputPath, { highWaterMark: READ_BYTES }), {
      organizationId,
    })
  })
}
