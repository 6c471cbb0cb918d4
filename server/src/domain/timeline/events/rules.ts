import type { TimelineEventKind } from '@trove/contract/timeline-events'
import { Problem } from '../../../platform/problem.ts'

/** Between two pictures that come one after the other: thousands fit between before all are numbered anew. */
export const STEP = 2 ** 20

/** The positions around a gap; undefined where it is open. */
export type Gap = { before: number | undefined; after: number | undefined }

/**
 * Where pictures come to stand in a gap, in their order, leaving all others where they are.
 *
 * @returns undefined when there is no room left
 */
export function positionsIn({ before, after }: Gap, count: number): number[] | undefined {
  if (after === undefined) return Array.from({ length: count }, (_, i) => (before ?? 0) + (i + 1) * STEP)
  const first = before ?? after - (count + 1) * STEP
  const stride = Math.floor((after - first) / (count + 1))
  return stride < 1 ? undefined : Array.from({ length: count }, (_, i) => first + (i + 1) * stride)
}

export type Shown = { name: string; kind: string; status: string; durationMs: number | null }

const SECOND_MS = 1_000
const WHAT = {
  photo: 'A photo shows one image',
  series: 'A photo series shows images',
  clip: 'A video clip shows one video',
}

/**
 * Whether files can be what an event of a kind shows.
 *
 * @throws type-not-allowed  one of them is of another type, or a video whose length cannot be read
 * @throws limit-reached     a photo or a clip shows one
 * @throws not-ready         the length of a video is not known yet
 * @throws clip-too-long     with `durationMs` and `limitSeconds`
 */
export function requireFits(
  kind: TimelineEventKind,
  files: readonly Shown[],
  limits: { count: number; clipSeconds: number },
): void {
  const wanted = kind === 'clip' ? 'video' : 'image'
  const other = files.find((file) => file.kind !== wanted)
  if (other !== undefined) throw new Problem('type-not-allowed', `${WHAT[kind]}; “${other.name}” is none.`)
  if (kind !== 'series' && limits.count + files.length > 1)
    throw new Problem('limit-reached', `${WHAT[kind]}, and no more than one.`)
  if (kind === 'clip') for (const file of files) requireShort(file, limits.clipSeconds)
}

/** The length of a video, once it is known. @throws not-ready, type-not-allowed */
export function lengthOf({ name, status, durationMs }: Shown): number {
  if (durationMs !== null && durationMs > 0) return durationMs
  if (status === 'pending' || status === 'processing')
    throw new Problem(
      'not-ready',
      `How long “${name}” is will be known when it has been processed. Ask again in a moment.`,
    )
  throw new Problem('type-not-allowed', `How long “${name}” is cannot be read, so it cannot be a clip.`)
}

function requireShort(file: Shown, limitSeconds: number): void {
  const durationMs = lengthOf(file)
  if (durationMs <= limitSeconds * SECOND_MS) return
  throw new Problem(
    'clip-too-long',
    `“${file.name}” is ${inWords(durationMs)} long; a clip is at most ${inWords(limitSeconds * SECOND_MS)} here. Cut a part out of it, or choose another.`,
    { durationMs, limitSeconds },
  )
}

/** `2:05` or `1:02:05`; what is not a whole second counts as begun, so that 120.4 s is not said to be 120. */
export function inWords(durationMs: number): string {
  const all = Math.ceil(durationMs / SECOND_MS)
  const [hours, minutes, seconds] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60]
  const two = (part: number) => String(part).padStart(2, '0')
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`
}
