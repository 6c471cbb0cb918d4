/**
 * Where a file on its way stands, as this browser shows it. What follows the last byte is told by the server.
 *
 * - `waiting`     in the queue of this tab
 * - `uploading`   bytes are moving from this tab
 * - `retrying`    the connection was lost or the server was busy; goes on by itself
 * - `paused`      by a person, here
 * - `needs-file`  its bytes are out of reach until the file is chosen, or allowed, again
 * - `elsewhere`   another tab or device sends it
 * - `checking`, `processing`, `ready`   the bytes are there
 * - `unshown`     it is kept, but cannot be shown
 * - `failed`      it was not uploaded
 */
export type TransferState =
  | 'waiting'
  | 'uploading'
  | 'retrying'
  | 'paused'
  | 'needs-file'
  | 'elsewhere'
  | 'checking'
  | 'processing'
  | 'ready'
  | 'unshown'
  | 'failed'

/** One file on its way. Replaced, never changed, so that rows can compare by identity. */
export type Transfer = {
  key: string
  batchKey: string
  name: string
  sizeBytes: number
  /** Undefined when only the server knows of it. */
  lastModifiedMs: number | undefined
  mediaType: string
  /** Where it goes below the batch's folder, as dropped: `Shoot/Day 1`; empty for that folder itself. */
  folder: string
  state: TransferState
  /** Never falls, even when bytes have to be sent twice. */
  bytesSent: number
  uploadId: string | undefined
  fileId: string | undefined
  /** Its bytes were there already, so that none were sent. */
  wasKnown?: true
  /** Why it failed, or what it waits for. */
  reason: string | undefined
  /** Whether trying again makes sense: not for a file that this installation can never take. */
  canRetry: boolean
  /** Instant of the next attempt, when `retrying`. */
  nextTryAtMs: number | undefined
  /** `permission`: the browser knows where the file is and asks whether Trove may read it again. */
  needs: 'file' | 'permission' | undefined
  rateBytesPerSecond: number
}

/** Files that were dropped or chosen together: one upload session on the server. */
export type Batch = {
  key: string
  organizationId: string
  /** The folder that it goes into; undefined for the top. */
  folderId: string | undefined
  /** Undefined until the server has made it. */
  uploadSessionId: string | undefined
  createdAtMs: number
  /** Whether this tab sends it; otherwise another tab does, or only the server knows of it. */
  isDriven: boolean
  /** Its session is paused on the server, for every device. */
  pause?: Pause | undefined
}

/** `reason` says by whom, unless it was here. */
export type Pause = { reason: string | undefined; isHere?: true }

/** A file as it was dropped, chosen or pasted. */
export type Picked = {
  file: File
  /** Lets the bytes be found again after a reload, where the browser gives one. */
  handle?: FileSystemFileHandle
  /** Folder it was in, as dropped: `Shoot/Day 1`; empty for a single file. */
  folder: string
}

const DONE: ReadonlySet<TransferState> = new Set(['ready', 'unshown'])
const SETTLING: ReadonlySet<TransferState> = new Set(['checking', 'processing'])
const ENDED: ReadonlySet<TransferState> = new Set(['ready', 'unshown', 'failed'])

/** Whether its bytes are safe on the server and nothing more will happen. */
export const isDone = ({ state }: Pick<Transfer, 'state'>) => DONE.has(state)
/** Whether the server has all bytes and is not through with them. */
export const isSettling = ({ state }: Pick<Transfer, 'state'>) => SETTLING.has(state)
/** Whether nothing more will happen by itself. */
export const isEnded = ({ state }: Pick<Transfer, 'state'>) => ENDED.has(state)
/** Whether bytes of it have still to leave some browser. */
export const isPending = (transfer: Pick<Transfer, 'state'>) => !isEnded(transfer) && !isSettling(transfer)
