import type { File, FileDetails, Variant } from '@trove/contract/files'
import { contentUrl, variantUrl } from '../lib/file-urls.ts'

/** Types that every browser of today shows as a picture. */
const SHOWABLE = new Set(['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/avif', 'image/bmp'])
/** More pixels than that do not fit into a tab's memory. */
const MOST_PIXELS = 130_000_000

/** Which way a file is shown. */
export type Stage = 'image' | 'video' | 'audio' | 'pdf' | 'text' | 'tile'

const TEXT_MOST_BYTES = 1024 * 1024

export function stageOf({
  kind,
  mediaType,
  sizeBytes,
  variants,
  status,
  isKept = false,
}: Pick<File, 'kind' | 'mediaType' | 'sizeBytes' | 'variants' | 'status'> & { isKept?: boolean }): Stage {
  if (status === 'infected' || isKept) return 'tile'
  if (kind === 'video') return 'video'
  if (kind === 'audio') return 'audio'
  if (mediaType === 'application/pdf') return 'pdf'
  if (kind === 'text' && sizeBytes <= TEXT_MOST_BYTES) return 'text'
  if (variants.length > 0 || (kind === 'image' && SHOWABLE.has(mediaType))) return 'image'
  return 'tile'
}

type Pictured = Pick<
  File,
  'id' | 'sha256' | 'mediaType' | 'variants' | 'widthPixels' | 'heightPixels' | 'sizeBytes' | 'damage' | 'tier'
>

/** What stands for the whole of a file, and nothing else that is made of it. */
const STILLS: ReadonlySet<Variant['name']> = new Set(['thumbnail', 'medium', 'large', 'poster', 'preview'])

/** The largest picture made of a file. */
export function largest(variants: readonly Variant[]): Variant | undefined {
  return variants
    .filter(({ name }) => STILLS.has(name))
    .toSorted((a, b) => b.widthPixels * b.heightPixels - a.widthPixels * a.heightPixels)[0]
}

/** What is shown first, and what replaces it when somebody looks closer than it is sharp. */
export function picturesOf(file: Pictured): {
  first: string | undefined
  original: string | undefined
  firstWidth: number
} {
  const variant = largest(file.variants)
  const pixels = (file.widthPixels ?? 0) * (file.heightPixels ?? 0)
  // In cold storage it is not asked for just because somebody looks closer.
  const isAtHand = file.damage === undefined && (file.tier !== 'cold' || file.variants.length === 0)
  const original = isAtHand && SHOWABLE.has(file.mediaType) && pixels <= MOST_PIXELS ? contentUrl(file) : undefined
  if (variant === undefined) return { first: original, original: undefined, firstWidth: Infinity }
  const isWhole = variant.widthPixels >= (file.widthPixels ?? 0)
  return {
    first: variantUrl(file, variant.name),
    original: isWhole ? undefined : original,
    firstWidth: variant.widthPixels,
  }
}

/** The still that stands for a file; undefined while there is none. */
export function stillOf(file: Pick<File, 'id' | 'sha256' | 'variants'>): string | undefined {
  const variant = file.variants.find(({ name }) => name === 'poster') ?? largest(file.variants)
  return variant === undefined ? undefined : variantUrl(file, variant.name)
}

/** Where a video is played from. */
export type PlayedFrom = 'proxy' | 'original'

/**
 * Where a video may be played from, the best first. The proxy comes sooner on an ordinary line; the original may show
 * more, where this browser plays it and the reader may have it.
 */
export function playedFrom(file: Pick<FileDetails, 'variants' | 'rights' | 'damage' | 'tier'>): PlayedFrom[] {
  const hasProxy = file.variants.some(({ name }) => name === 'proxy')
  // Without a proxy it is tried whatever is known: whoever gave a link decides what its guests get.
  const isAtHand = file.damage === undefined && file.tier !== 'cold'
  const hasOriginal = !hasProxy || (isAtHand && file.rights.includes('download'))
  return [...(hasProxy ? (['proxy'] as const) : []), ...(hasOriginal ? (['original'] as const) : [])]
}
