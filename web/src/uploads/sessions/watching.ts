import type { LiveMessage, SessionProgress, Topic } from '@trove/contract/events'
import { useQueryClient, type QueryClient } from '@tanstack/react-query'
import { useEffect, useSyncExternalStore } from 'react'
import { followTopic, onLive } from '../../lib/live.ts'
import { newer } from './shown.ts'

/** News come in bursts; one question answers them all. */
const REST_MS = 700

const latest = new Map<string, SessionProgress>()
const listeners = new Set<() => void>()

function hear(message: LiveMessage): void {
  if (message.kind !== 'progress') return
  const { progress } = message
  const now = newer(latest.get(progress.uploadSessionId), progress)
  if (now === latest.get(progress.uploadSessionId)) return
  latest.set(progress.uploadSessionId, now)
  for (const listener of [...listeners]) listener()
}

let stopHearing: (() => void) | undefined

function subscribe(listener: () => void): () => void {
  stopHearing ??= onLive(hear)
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

/** What was last heard of a session that moves. */
export const useProgress = (uploadSessionId: string): SessionProgress | undefined =>
  useSyncExternalStore(subscribe, () => latest.get(uploadSessionId))

/** Follows a topic while something shows it, and asks again for what messages do not tell. */
export function useTopic(topic: Topic | undefined, isAbout: (progress: SessionProgress) => boolean): void {
  const queries = useQueryClient()
  useEffect(() => {
    const id = topic?.split(':')[1] ?? ''
    const stopFollowing = topic === undefined ? undefined : followTopic(topic, () => latest.get(id)?.sequence)
    const stopListening = listenFor(queries, isAbout)
    return () => {
      stopFollowing?.()
      stopListening()
    }
    // What it is about follows from the topic.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [queries, topic])
}

function listenFor(queries: QueryClient, isAbout: (progress: SessionProgress) => boolean): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const counts = new Map<string, string>()
  const askSoon = () => {
    timer ??= setTimeout(() => {
      timer = undefined
      for (const key of ['upload-sessions', 'upload-session', 'session-uploads'])
        void queries.invalidateQueries({ queryKey: [key] })
    }, REST_MS)
  }
  const stop = onLive((message) => {
    if (message.kind === 'event' && message.event.type === 'upload-session.changed') return askSoon()
    if (message.kind === 'event' && message.event.type === 'file.settled') return askSoon()
    if (message.kind === 'resync') return askSoon()
    if (message.kind !== 'progress' || !isAbout(message.progress)) return
    const { uploadSessionId, status, name, fileCount, completedCount, failedCount, cancelledCount } = message.progress
    const told = [status, name, fileCount, completedCount, failedCount, cancelledCount].join(' ')
    if (counts.get(uploadSessionId) === told) return
    counts.set(uploadSessionId, told)
    askSoon()
  })
  return () => {
    clearTimeout(timer)
    stop()
  }
}
