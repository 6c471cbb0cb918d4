import {
  cancelUploadSession,
  getUploadSession,
  listSessionUploads,
  listUploadSessions,
  pauseUploadSession,
  renameUploadSession,
  resumeUploadSession,
  type UploadSession,
} from '@trove/contract/upload-sessions'
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { call } from '../../lib/api.ts'

/** Which sessions a list shows; what the address says. */
export type SessionFilter = { whose: 'mine' | 'all'; only: 'open' | 'ended' | undefined }
/** Which of its uploads a session shows. */
export type UploadFilter = 'open' | 'failed' | undefined

const ROWS = 50
const paged = {
  initialPageParam: undefined as string | undefined,
  getNextPageParam: ({ next }: { next?: string }): string | undefined => next,
  staleTime: 2_000,
}
const pageOf = (cursor: string | undefined) => ({ limit: ROWS, ...(cursor !== undefined && { cursor }) })

export const sessionsQuery = (organizationId: string, { whose, only }: SessionFilter) =>
  infiniteQueryOptions({
    ...paged,
    queryKey: ['upload-sessions', organizationId, whose, only],
    queryFn: ({ pageParam, signal }) =>
      call(
        listUploadSessions,
        { params: { organizationId }, query: { whose, ...(only !== undefined && { only }), ...pageOf(pageParam) } },
        signal,
      ),
  })

export const sessionQuery = (uploadSessionId: string) =>
  queryOptions({
    queryKey: ['upload-session', uploadSessionId],
    queryFn: ({ signal }) => call(getUploadSession, { params: { uploadSessionId } }, signal),
    staleTime: 2_000,
  })

export const uploadsQuery = (uploadSessionId: string, only: UploadFilter) =>
  infiniteQueryOptions({
    ...paged,
    queryKey: ['session-uploads', uploadSessionId, only],
    queryFn: ({ pageParam, signal }) =>
      call(
        listSessionUploads,
        { params: { uploadSessionId }, query: { ...(only !== undefined && { only }), ...pageOf(pageParam) } },
        signal,
      ),
  })

const deeds = { pause: pauseUploadSession, resume: resumeUploadSession, cancel: cancelUploadSession } as const

/** Pauses, resumes, cancels or renames a session, wherever it is sent from. */
export function useSessionDeed({ id: uploadSessionId, organizationId }: UploadSession) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (deed: keyof typeof deeds | { name: string }) =>
      typeof deed === 'string'
        ? call(deeds[deed], { params: { uploadSessionId } })
        : call(renameUploadSession, { params: { uploadSessionId }, body: deed }),
    onSuccess: (session) => queries.setQueryData(sessionQuery(uploadSessionId).queryKey, session),
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ['upload-sessions', organizationId] }),
        queries.invalidateQueries(sessionQuery(uploadSessionId)),
      ]),
  })
}
