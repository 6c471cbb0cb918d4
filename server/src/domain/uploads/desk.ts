import { createHashing, type Hashing } from '../../platform/hashing/index.ts'
import type { Platform } from '../../platform/platform.ts'
import { followOnward } from './follow-onward.ts'
import { followUpload, type Follow } from './follow.ts'
import { createHolds, type Holds } from './holding/holds.ts'
import type { Limiter } from '../../platform/http/limiter.ts'
import { createLinkLimiter } from './by-link/operations.ts'
import { createBoards, type Boards } from './sessions/boards.ts'
import { openStaged } from './staged.ts'
import type * as store from './store.ts'
import { createTurns, type Turns } from './turns.ts'

/** Uploads whose hash in progress is kept in memory. Those beyond are read back when they go on. */
const MOST_KNOWN = 4096

/** What this process knows of an upload and the database does not. All of it can be found out again. */
export type Known = {
  readonly follow: Follow
  judged?: store.Judged
  /** The longest piece that its client has sent at a time. */
  chunkBytes?: number
}

/** The uploads room as one running process: who writes what, what is being hashed, what is being finished. */
export type Desk = {
  readonly platform: Platform
  readonly hashing: Hashing
  readonly turns: Turns
  /** What this process holds among all that run on the same database. */
  readonly holds: Holds
  /** @param isWhole  all of its bytes come in one request */
  known(upload: store.UploadRow, isWhole?: boolean): Known
  forget(uploadId: string): void
  /** Finishes under way, so that no second one begins. */
  readonly finishing: Map<string, Promise<{ fileId: string }>>
  /** Uploads between two chunks: when the next does not come they are paused. */
  readonly pauses: Map<string, NodeJS.Timeout>
  /** How fast uploads are begun by links. */
  readonly linkUploads: Limiter
  /** Sessions as they move, for whoever looks at them. */
  readonly boards: Boards
  isStopping: boolean
}

export function createDesk(platform: Platform): Desk {
  const hashing = createHashing()
  const turns = createTurns()
  const known = new Map<string, Known>()
  const finishing: Desk['finishing'] = new Map()
  const holds = createHolds(platform, turns, (uploadId) => finishing.has(uploadId))

  const forget = (uploadId: string) => {
    known.get(uploadId)?.follow.close()
    known.delete(uploadId)
  }
  const makeRoom = () => {
    for (const uploadId of known.keys()) {
      if (known.size < MOST_KNOWN) return
      if (!turns.isTaken(uploadId) && !finishing.has(uploadId)) forget(uploadId)
    }
  }

  return {
    platform,
    hashing,
    turns,
    holds,
    finishing,
    pauses: new Map(),
    linkUploads: createLinkLimiter(),
    boards: createBoards(platform),
    isStopping: false,
    forget,
    known(upload, isWhole = false) {
      const uploadId = upload.id
      const found = known.get(uploadId)
      if (found !== undefined) return found
      makeRoom()
      const made: Known = {
        follow: platform.objects.staging.readsBack
          ? followUpload(hashing, () => openStaged(platform, upload))
          : followOnward(hashing, { offsetBytes: upload.offsetBytes, state: upload.hashState ?? undefined }, isWhole),
        ...(upload.judged && { judged: upload.judged }),
      }
      known.set(uploadId, made)
      return made
    },
  }
}
