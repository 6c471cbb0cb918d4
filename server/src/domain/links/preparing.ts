import { Id } from '@trove/contract/common'
import type { Link } from '@trove/contract/links'
import { Type } from 'typebox'
import { inTransaction } from '../../platform/db/index.ts'
import { defineTask } from '../../platform/jobs/index.ts'
import type { Platform } from '../../platform/platform.ts'
import { bareWayOf, requestBareCopies } from '../media/index.ts'
import { listAllFiles } from './shared/store.ts'

const MINUTE_MS = 60_000
/** Beyond it copies are made when they are asked for. */
const MOST_PREPARED = 2_000

/** Has copies without metadata made before guests ask for them. Nobody waits for it, and nothing depends on it. */
export const prepareCopies = defineTask({
  name: 'links.prepare',
  payload: Type.Object({ linkId: Id }),
  maxAttempts: 3,
  timeoutMs: 5 * MINUTE_MS,

  async run(platform, { linkId }) {
    const files = await listAllFiles(platform.db, linkId, MOST_PREPARED)
    await requestBareCopies(platform, files.filter(isMissing).map(wantedOf))
  },
})

type Missing = { mediaType: string; bareKey: string | null; withheld: string | null }

/** Whether a file has no copy without metadata yet, and can have one. */
export const isMissing = ({ mediaType, bareKey, withheld }: Missing): boolean =>
  bareKey === null && withheld === null && bareWayOf(mediaType) !== undefined

export const wantedOf = ({
  blobId,
  mediaType,
  organizationId,
}: {
  blobId: string
  mediaType: string
  organizationId: string
}) => ({ blobId, mediaType, groupId: organizationId })

/** Asks for them, when a link will need them. */
export async function prepareLink({ db, jobs }: Pick<Platform, 'db' | 'jobs'>, link: Link): Promise<void> {
  if (link.keepsMetadata || !link.allows.includes('download') || link.status !== 'live') return
  await inTransaction(db, (tx) => jobs.enqueue(tx, prepareCopies, { linkId: link.id }))
}
