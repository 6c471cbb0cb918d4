import { MOST_HIT_PAGES, type DocumentOutline } from '@trove/contract/documents'
import type { UserActor } from '../../../platform/actor.ts'
import type { Platform } from '../../../platform/platform.ts'
import { Problem } from '../../../platform/problem.ts'
import type * as access from '../../access/index.ts'
import * as storage from '../../storage/index.ts'
import { hitsIn } from './rules.ts'
import * as store from './store.ts'

type Machines = Pick<Platform, 'db' | 'jobs' | 'settings'>
type Decisions = ReturnType<typeof access.createDecisions>

/** @throws not-found, infected, being-checked, held */
export async function getOutline(
  platform: Machines,
  decisions: Decisions,
  actor: UserActor,
  fileId: string,
): Promise<DocumentOutline> {
  const { blobId, pages } = await requireReadable(platform, decisions, actor, fileId)
  const [pictures, passages] = await Promise.all([
    store.listPictures(platform.db, blobId),
    store.countPassages(platform.db, blobId),
  ])
  return { ...(pages !== null && pages > 0 && { pages }), pictures, passages }
}

/** No words where a page has none, or none yet. @throws not-found, infected, being-checked, held */
export async function getText(
  platform: Machines,
  decisions: Decisions,
  actor: UserActor,
  { fileId, number }: { fileId: string; number: number },
): Promise<{ number: number; content: string }> {
  const { blobId } = await requireReadable(platform, decisions, actor, fileId)
  return { number, content: (await store.getPassage(platform.db, blobId, number)) ?? '' }
}

/** @throws not-found, infected, being-checked, held */
export async function findWords(
  platform: Machines,
  decisions: Decisions,
  actor: UserActor,
  { fileId, words }: { fileId: string; words: string },
) {
  const { blobId } = await requireReadable(platform, decisions, actor, fileId)
  const passages = await store.findPassages(platform.db, blobId, { words, limit: MOST_HIT_PAGES })
  return { items: passages.flatMap((passage) => hitsIn(passage, words)) }
}

/** Words are as good as the pictures of the pages that they stand on: the same right, the same gate. */
async function requireReadable(platform: Machines, decisions: Decisions, actor: UserActor, fileId: string) {
  await decisions.require(actor, 'read', fileId)
  const found = await store.getDocument(platform.db, fileId)
  if (found === undefined) throw new Problem('not-found', 'There is no such file here.')
  const refusal = storage.whyNotDeliverable(platform, found.standing, { isUploader: found.uploaderId === actor.userId })
  if (refusal !== undefined) throw refusal
  return found
}
