import { createHashing, type Hashing } from '../../platform/hashing/index.ts'
import type { Platform } from '../../platform/platform.ts'
import type { Kind } from '@trove/contract/media-types'
import { followUpload, type Follow } from './follow.ts'
import type { Limiter } from '../../platform/http/limiter.ts'
import { createLinkLimiter } from './by-link/operations.ts'
import { openStaged } from './staged.ts'
import type * as store from './store.ts'
import { createTurns, type Turns } from './turns.ts'

/** Uploads whose hash in progress is kept in memory. Those beyond are read back when they go on. */
const MOST_KNOWN = 4096

/** What the bytes of an upload have been found to be. */
export type Judged = { mediaType: string; kind: Kind; extension: string }

/** What this process knows of an upload and the database does not. All of it can be found out again. */
export type Known = {
  readonly follow: Follow
  judged?: Judged
  progressToldAt?: number
}

/** The uploads room as one running process: who writes what, what is being hashed, what is being finished. */
export type Desk = {
  readonly platform: Platform
  readonly hashing: Hashing
  readonly turns: Turns
  known(upload: store.UploadRow): Known
  forget(uploadId: string): void
  /** Finishes under way, so that no second one begins. */
  readonly finishing: Map<string, Promise<{ fileId: string }>>
  /** Uploads between two chunks: when the next does not come they are paused. */
  readonly pauses: Map<string, NodeJS.Timeout>
  /** How fast uploads are begun by links. */
  readonly linkUploads: Limiter
  isStopping: boolean
}

export function createDesk(platform: Platform): Desk {
  const hashing = createHashing()
  const turns = createTurns()
  const known = new Map<string, Known>()
  const finishing: Desk['finishing'] = new Map()

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
    finishing,
    pauses: new Map(),
    linkUploads: createLinkLimiter(),
    isStopping: false,
    forget,
    known(upload) {
      const uploadId = upload.id
      const found = known.get(uploadId)
      if (found !== undefined) return found
      makeRoom()
      const made: Known = { follow: followUpload(hashing, () => openStaged(platform, upload)) }
      known.set(uploadId, made)
      return made
    },
  }
}
