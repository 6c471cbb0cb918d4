import { retryProcessing } from '@trove/contract/files'
import { createFolder, listFolders } from '@trove/contract/folders'
import {
  cancelUpload,
  cancelUploadSession,
  createUploadSession,
  getUploadSession,
  listUploadSessions,
  type Upload,
  type UploadSession,
} from '@trove/contract/uploads'
import { call, isProblem } from '../lib/api.ts'

const FOLDERS_AT_ONCE = 200

/** What the engine asks of the server besides sending bytes. */
export type Remote = typeof remote

export const remote = {
  createSession: (organizationId: string, body: { fileCount: number; totalBytes: number }) =>
    call(createUploadSession, { params: { organizationId }, body }),

  /** Undefined when the server does not know it, or not for this person. */
  async session(uploadSessionId: string): Promise<UploadSession | undefined> {
    const running = asked.get(uploadSessionId)
    if (running !== undefined) return running
    const asking = call(getUploadSession, { params: { uploadSessionId } })
      .catch((error: unknown) => {
        if (isProblem(error, 'not-found', 'gone', 'not-allowed')) return undefined
        throw error
      })
      .finally(() => asked.delete(uploadSessionId))
    asked.set(uploadSessionId, asking)
    return asking
  },

  /** Those that go on: under way, or paused because whoever sent them is gone for now. */
  async activeSessions(organizationId: string): Promise<UploadSession[]> {
    const pages = await Promise.all(
      (['active', 'paused'] as const).map((status) =>
        call(listUploadSessions, { params: { organizationId }, query: { status, limit: 20 } }),
      ),
    )
    return pages.flatMap(({ items }) => items)
  },

  /** Ends uploads whether or not the server still has them. */
  cancelUpload: (uploadId: string) => call(cancelUpload, { params: { uploadId } }).catch(ignoreGone),
  cancelSession: (uploadSessionId: string) =>
    call(cancelUploadSession, { params: { uploadSessionId } }).catch(ignoreGone),

  /** Every folder in a folder, or at the top. */
  async folders(organizationId: string, parentId: string | undefined): Promise<{ id: string; name: string }[]> {
    const found: { id: string; name: string }[] = []
    let cursor: string | undefined
    do {
      const query = {
        limit: FOLDERS_AT_ONCE,
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
const asked = new Map<string, Promise<UploadSession | undefined>>()

function ignoreGone(error: unknown): undefined {
  if (isProblem(error, 'not-found', 'gone', 'wrong-state')) return undefined
  throw error
}

export type { Upload, UploadSession }
