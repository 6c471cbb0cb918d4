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

/** Whether an event can show a file: what could not be opened at all would be an empty frame. */
const isShowable = ({ kind, status, variants }: File): boolean =>
  (kind === 'image' || kind === 'video') && (status !== 'failed' || variants.length > 0) && status !== 'infected'

/** Files that nothing is proposed of. */
export const leftOut = (files: readonly File[]): File[] => files.filter((file) => !isShowable(file))

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
  const shownOf = (kind: File['kind']) =>
    files.filter((file) => file.kind === kind && isShowable(file)).toSorted(byTime)
  const images = shownOf('image')
  const videos = shownOf('video')
  const titleOf = (file: File) => folderName ?? formatDate(file.happenedAt)
  // When no camera says when it was, its name says more than the day of its upload; that day several would share.
  const titleOfOne = (file: File) =>
    folderName === undefined && file.happenedFrom === 'upload' ? withoutEnding(file.name) : titleOf(file)
  const [first] = images
  const fileIds = images.map(({ id }) => id)
  const shown: Proposal[] =
    first === undefined
      ? []
      : images.length === 1
        ? [{ kind: 'photo', title: titleOfOne(first), fileIds }]
        : [{ kind: 'series', title: titleOf(first), fileIds }]
  return [...shown, ...videos.map((video) => proposeClip(video, titleOfOne(video), clipLimitSeconds))]
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

const withoutEnding = (name: string): string => name.replace(/(?<=.)\.[^.]{1,8}$/, '')

const byTime = (a: File, b: File) =>
  Date.parse(a.happenedAt) - Date.parse(b.happenedAt) || a.name.localeCompare(b.name, undefined, { numeric: true })
