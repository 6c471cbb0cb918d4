import { Id } from '@trove/contract/common'
import type { Link } from '@trove/contract/links'
import { Type } from 'typebox'
import { inTransaction } from '../../platform/db/index.ts'
import { defineTask } from '../../platform/jobs/index.ts'
import type { Platform } from '../../platform/platform.ts'
import { bareWayOf, requestBareCopies } from '../media/index.ts'
import { listAllFiles } from './shared/store.ts'

const MINUTE_MS = 60_000
/** As many as a ZIP can have. */
const MOST_PREPARED = 10_000
/** Whoever waits for a ZIP asks again and again; workers are asked only so often. */
const ASKED_MS = 20_000
const MOST_REMEMBERED = 10_000

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
const isMissing = ({ mediaType, bareKey, withheld }: Missing): boolean =>
  bareKey === null && withheld === null && bareWayOf(mediaType) !== undefined

const wantedOf = (file: { blobId: string; mediaType: string; organizationId: string }) => ({
  blobId: file.blobId,
  mediaType: file.mediaType,
  groupId: file.organizationId,
})

/** Asks for them, when a link will need them. */
export async function prepareLink({ db, jobs }: Pick<Platform, 'db' | 'jobs'>, link: Link): Promise<void> {
  if (link.keepsMetadata || !link.allows.includes('download') || link.status !== 'live') return
  await inTransaction(db, (tx) => jobs.enqueue(tx, prepareCopies, { linkId: link.id }))
}

const askedAt = new Map<string, number>()

/** Asks for them once more, for somebody who waits. */
export async function hastenCopies({ db, jobs }: Pick<Platform, 'db' | 'jobs'>, linkId: string): Promise<void> {
  if (Date.now() - (askedAt.get(linkId) ?? 0) < ASKED_MS) return
  if (askedAt.size >= MOST_REMEMBERED) askedAt.clear()
  askedAt.set(linkId, Date.now())
  await inTransaction(db, (tx) => jobs.enqueue(tx, prepareCopies, { linkId }))
}
