import { inTransaction } from '../../../platform/db/index.ts'
import { withScratch } from '../../../platform/scratch.ts'
import { colourOf } from '../../files/index.ts'
import { withLocalFile } from '../originals.ts'
import { rendererOf } from '../renderer.ts'
import type { Step } from '../steps/step.ts'
import { mainColours } from './rules.ts'
import { getSmallPicture, setLook } from './store.ts'

const TIMEOUT_MS = 60_000

/** What pictures look like, and posters of videos: read from what was made small already, never from the original. */
export const hashStep: Step = {
  name: 'hash',
  // 2: what looks the same shares a colour.
  revision: 2,
  appliesTo: (mediaType) => /^(image|video)\//.test(mediaType),
  timeoutMs: TIMEOUT_MS + 30_000,
  async run(platform, { blobId, organizationId }, { signal }) {
    const picture = await getSmallPicture(platform.db, blobId)
    if (picture === undefined) return { status: 'skipped' }
    const { objectKey, sizeBytes } = picture
    const making = await withLocalFile(platform, objectKey, (path) =>
      withScratch(platform.settings.temporaryFolder, (outputFolder) =>
        rendererOf(platform).make({ make: 'hash', path, sizeBytes, mediaType: 'image/webp', outputFolder }, signal, {
          of: organizationId,
          timeoutMs: TIMEOUT_MS,
        }),
      ),
    )
    if (!making.ok) return { status: 'failed', reason: making.reason ?? 'damaged', failure: making.failure }
    const { hash, colours = [] } = making.facts as { hash?: string; colours?: Parameters<typeof mainColours>[0] }
    await inTransaction(platform.db, (tx) =>
      setLook(tx, { blobId, organizationId, hash, colours: mainColours(colours, colourOf) }),
    )
    return { status: 'done' }
  },
}
