import { retryProcessing } from '@trove/contract/files'
import { createFolder, listFolders } from '@trove/contract/folders'
import {
  cancelUploadSession,
  createUploadSession,
  getUploadSession,
  listSessionUploads,
  listUploadSessions,
  pauseUploadSession,
  resumeUploadSession,
  type UploadSession,
} from '@trove/contract/upload-sessions'
import { cancelUpload, type Upload } from '@trove/contract/uploads'
import { call, isProblem } from '../lib/api.ts'

const AT_ONCE = 200

/** A session with all of its uploads. */
export type SessionStanding = UploadSession & { uploads: Upload[] }

/** What the engine asks of the server besides sending bytes. */
export type Remote = typeof remote

export const remote = {
  createSession: (organizationId: string, body: { name: string; fileCount: number; totalBytes: number }) =>
    call(createUploadSession, { params: { organizationId }, body }),

  /** Undefined when the server does not know it, or not for this person. */
  async session(uploadSessionId: string): Promise<SessionStanding | undefined> {
    const running = asked.get(uploadSessionId)
    if (running !== undefined) return running
    const asking = call(getUploadSession, { params: { uploadSessionId } })
      .then(withUploads)
      .catch((error: unknown) => {
        if (isProblem(error, 'not-found', 'gone', 'not-allowed')) return undefined
        throw error
      })
      .finally(() => asked.delete(uploadSessionId))
    asked.set(uploadSessionId, asking)
    return asking
  },

  /** Those that go on: under way, or paused because whoever sent them is gone for now. */
  async activeSessions(organizationId: string): Promise<SessionStanding[]> {
    const { items } = await call(listUploadSessions, { params: { organizationId }, query: { only: 'open', limit: 20 } })
    return Promise.all(items.map(withUploads))
  },

  /** Ends uploads whether or not the server still has them. */
  cancelUpload: (uploadId: string) => call(cancelUpload, { params: { uploadId } }).catch(ignoreGone),
  cancelSession: (uploadSessionId: string) =>
    call(cancelUploadSession, { params: { uploadSessionId } }).catch(ignoreGone),

  /** For every device. One that stands so already is no failure. */
  pauseSession: (uploadSessionId: string) =>
    call(pauseUploadSession, { params: { uploadSessionId } }).catch(ignoreGone),
  resumeSession: (uploadSessionId: string) =>
    call(resumeUploadSession, { params: { uploadSessionId } }).catch(ignoreGone),

  /** Every folder in a folder, or at the top. */
  async folders(organizationId: string, parentId: string | undefined): Promise<{ id: string; name: string }[]> {
    const found: { id: string; name: string }[] = []
    let cursor: string | undefined
    do {
      const query = {
        limit: AT_ONCE,
        ...(parentId === undefined ? {} : { parentId }),
        ...(cursor === undefined ? {} : { cursor }),
      }
      const page = await call(listFolders, { params: { organizationId }, query })
      for (const { id, name } of page.items) found.push({ id, name })
      cursor = page.next
    } while (cursor !== undefined)
    return found
  },
  makeFolder: (organizationId: string, body: { name: string; parentId?: string }) =>
    call(createFolder, { params: { organizationId }, body }),

  processAgain: (fileId: string) => call(retryProcessing, { params: { fileId } }),
}

/** Several rows that ask for the same session at once share one answer. */
const asked = new Map<string, Promise<SessionStanding | undefined>>()

async function withUploads(session: UploadSession): Promise<SessionStanding> {
  const uploads: Upload[] = []
  let cursor: string | undefined
  do {
    const query = { limit: AT_ONCE, ...(cursor === undefined ? {} : { cursor }) }
    const page = await call(listSessionUploads, { params: { uploadSessionId: session.id }, query })
    uploads.push(...page.items)
    cursor = page.next
  } while (cursor !== undefined)
  return { ...session, uploads }
}

function ignoreGone(error: unknown): undefined {
  if (isProblem(error, 'not-found', 'gone', 'wrong-state')) return undefined
  throw error
}

export type { Upload }
