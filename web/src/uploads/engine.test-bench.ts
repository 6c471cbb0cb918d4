import type { LiveMessage, SessionProgress } from '@trove/contract/events'
import type { Upload } from '@trove/contract/uploads'
import { createEngine } from './engine.ts'
import type { Known } from './known.ts'
import { createMemory } from './memory.ts'
import type { Picked, Transfer } from './model.ts'
import type { Remote, SessionStanding } from './remote.ts'
import type { Ending } from './retry.ts'
import { createShelf } from './shelf.ts'
import type { Sending } from './tus.ts'

const limits = { maxFileBytes: 1e10, maxSessionBytes: 5e10 }
export const target = { organizationId: 'org', folderId: undefined, limits }
export const picked = (name: string, size = 100): Picked => ({
  file: { name, size, type: 'image/jpeg', lastModified: 7 } as File,
  folder: '',
})

export const PROGRESS: SessionProgress = {
  type: 'upload-session.progressed',
  organizationId: 'org',
  uploadSessionId: 'session',
  sequence: 1,
  isWhole: false,
  status: 'active',
  fileCount: 1,
  completedCount: 0,
  failedCount: 0,
  cancelledCount: 0,
  bytesUploaded: 55,
  totalBytes: 100,
  isTotalKnown: true,
  pace: { bytesPerSecond: 0, isWaiting: false },
  uploads: [],
}
/** Somebody pauses the session, or lets it go on. */
export const changed = (status: 'active' | 'paused', byUserId: string): LiveMessage => ({
  kind: 'event',
  cursor: '1',
  event: { type: 'upload-session.changed', organizationId: 'org', uploadSessionId: 'session', status, byUserId },
})

/** A server of one session that keeps what it is sent, and a line to it that can be cut. */
function createLine() {
  const uploads = new Map<string, Upload>()
  const line = {
    uploads,
    /** What happens to the next attempts, in order; afterwards everything goes well. */
    obstacles: [] as ((sending: Sending) => Ending | undefined | 'never')[],
    atOnce: 0,
    mostAtOnce: 0,
    async send(sending: Sending): Promise<Ending> {
      line.mostAtOnce = Math.max(line.mostAtOnce, ++line.atOnce)
      await new Promise((resolve) => setTimeout(resolve, 5))
      line.atOnce -= 1
      if (sending.signal.aborted) return { kind: 'stopped' }
      const obstacle = line.obstacles.shift()?.(sending)
      if (obstacle === 'never')
        return new Promise((resolve) => sending.signal.addEventListener('abort', () => resolve({ kind: 'stopped' })))
      if (obstacle !== undefined) return obstacle
      const upload = line.receive(sending, sending.file.size)
      uploads.set(upload.id, { ...upload, status: 'completed', stage: 'processing', fileId: `file-${upload.id}` })
      return { kind: 'done', fileId: `file-${upload.id}` }
    },
    receive(sending: Sending, upTo: number): Upload {
      const known = uploads.get(sending.uploadId ?? '')
      const upload: Upload = known ?? {
        id: `u${uploads.size + 1}`,
        filename: sending.metadata['filename'] ?? '',
        ...(sending.metadata['folderId'] === undefined ? {} : { folderId: sending.metadata['folderId'] }),
        status: 'uploading',
        stage: 'uploading',
        bytesUploaded: 0,
        totalBytes: sending.file.size,
        milestones: [],
        expiresAt: '',
      }
      uploads.set(upload.id, { ...upload, bytesUploaded: upTo })
      if (known === undefined) sending.onCreated(upload.id)
      sending.onProgress(upload.bytesUploaded)
      sending.onProgress(upTo)
      return { ...upload, bytesUploaded: upTo }
    },
    status: 'active' as 'active' | 'paused',
    pausedBy: undefined as { id: string; name: string } | undefined,
    session: (): SessionStanding => ({
      id: 'session',
      organizationId: 'org',
      status: line.status,
      createdBy: { id: 'me', name: 'Me' },
      ...(line.pausedBy && { pausedBy: line.pausedBy }),
      fileCount: 1,
      completedCount: 0,
      failedCount: 0,
      cancelledCount: 0,
      bytesUploaded: 0,
      totalBytes: 0,
      isTotalKnown: true,
      createdAt: '2026-01-01T00:00:00Z',
      uploads: [...uploads.values()],
    }),
  }
  return line
}

export function createBench(known?: Known) {
  const line = createLine()
  const shelf = createShelf({ nextFrame: (run) => void setTimeout(run, 1), now: Date.now })
  const cancelled: string[] = []
  /** What was asked of the session. */
  const asked: string[] = []
  const remote: Remote = {
    createSession: async () => ({ ...line.session(), uploads: [] }),
    session: async () => line.session(),
    activeSessions: async () => [line.session()],
    cancelUpload: async (id) => void cancelled.push(id) as undefined,
    cancelSession: async (id) => void cancelled.push(id) as undefined,
    pauseSession: async (id) => {
      line.status = 'paused'
      asked.push(`pause ${id}`)
      return undefined
    },
    resumeSession: async (id) => {
      line.status = 'active'
      asked.push(`resume ${id}`)
      return undefined
    },
    folders: async () => [],
    makeFolder: async (_, { name }) => ({ id: `folder ${name}` }) as never,
    processAgain: async () => undefined as never,
  }
  let key = 0
  const engine = createEngine(
    {
      shelf,
      memory: createMemory(),
      remote,
      send: line.send,
      knowing: async () => known,
      holdTurn: async () => {},
      newKey: () => `k${(key += 1)}`,
      now: Date.now,
      random: () => 0.5,
    },
    'me',
  )
  const rows = () => engine.getSnapshot().transfers
  const row = (name: string): Transfer | undefined => rows().find((transfer) => transfer.name === name)
  return { line, engine, rows, row, cancelled, asked }
}
