import type { File } from '@trove/contract/files'
import type { TimelineEventKind } from '@trove/contract/timeline-events'
import { formatDate } from '../lib/format.ts'

/** What Trove would make of files; people change what they like, or just press the button. */
export type Proposal = {
  kind: TimelineEventKind
  title: string
  fileIds: string[]
  /** Longer than a clip may be: how long it is, in milliseconds. */
  tooLongMs?: number
  /** How long it is will be known when it has been processed. */
  isComing?: true
}

const SECOND_MS = 1_000

/**
 * One image is a photo, several are a series in the order in which they were taken, and each video is a clip.
 * What is neither is left out.
 *
 * @param folderName  where they were put, which somebody has named with a thought
 */
export function propose(
  files: readonly File[],
  { clipLimitSeconds, folderName }: { clipLimitSeconds: number; folderName?: string | undefined },
): Proposal[] {
  const images = files.filter(({ kind }) => kind === 'image').toSorted(byTime)
  const videos = files.filter(({ kind }) => kind === 'video').toSorted(byTime)
  const titleOf = (file: File) => folderName ?? formatDate(file.happenedAt)
  const [first] = images
  const fileIds = images.map(({ id }) => id)
  const shown: Proposal[] =
    first === undefined ? [] : [{ kind: images.length === 1 ? 'photo' : 'series', title: titleOf(first), fileIds }]
  return [...shown, ...videos.map((video) => proposeClip(video, titleOf(video), clipLimitSeconds))]
}

function proposeClip(video: File, title: string, limitSeconds: number): Proposal {
  const isComing = video.durationMs === undefined && (video.status === 'pending' || video.status === 'processing')
  const isTooLong = video.durationMs !== undefined && video.durationMs > limitSeconds * SECOND_MS
  return {
    kind: 'clip',
    title,
    fileIds: [video.id],
    ...(isComing && { isComing: true }),
    ...(isTooLong && { tooLongMs: video.durationMs as number }),
  }
}

const byTime = (a: File, b: File) =>
  Date.parse(a.happenedAt) - Date.parse(b.happenedAt) || a.name.localeCompare(b.name, undefined, { numeric: true })
