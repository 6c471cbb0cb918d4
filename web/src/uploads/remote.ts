import { retryProcessing } from '@trove/contract/files'
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

  processAgain: (fileId: string) => call(retryProcessing, { params: { fileId } }),
}

/** Several rows that ask for the same session at once share one answer. */
const asked = new Map<string, Promise<UploadSession | undefined>>()

function ignoreGone(error: unknown): undefined {
  if (isProblem(error, 'not-found', 'gone', 'wrong-state')) return undefined
  throw error
}

export type { Upload, UploadSession }
