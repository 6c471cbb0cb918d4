import type { VariantName } from '@trove/contract/files'
import type { MediaFacts } from '@trove/contract/media-facts'
import type { FailureReason, StepName } from '@trove/contract/processing'

/** What the media child is asked: to look at a file and make what stands for it. */
export type RenderRequest = {
  /** Absolute. */
  path: string
  sizeBytes: number
  /** What the bytes say. */
  mediaType: string
}

/** What was found out. Every member may be missing. */
export type MediaSummary = {
  widthPixels?: number
  heightPixels?: number
  durationMs?: number
  pages?: number
  /** A WebP of at most 20 px. */
  blur?: Uint8Array
  facts: MediaFacts
}

/** Its bytes, or a file that holds them. */
export type RenderedVariant = {
  name: VariantName
  /** WebP unless said. */
  mediaType?: string
  /** The page, counted from 1, or the longest side of one made to measure; else 0. */
  number?: number
  widthPixels: number
  heightPixels: number
  facts?: Record<string, unknown>
} & ({ bytes: Uint8Array; path?: never } | { path: string; bytes?: never })

/** A file that cannot be shown is a result too: `failure` is a plain sentence about the file. */
export type Rendering =
  | { ok: true; summary: MediaSummary; variants: RenderedVariant[] }
  | { ok: false; failure: string; reason?: FailureReason }

/** What the child sends back: `fault` when it is the machine that could not, whatever the file. */
export type RenderResponse = Rendering | { fault: string }

/** What the media child is asked: to make what one later step makes. */
export type MakeRequest = RenderRequest & {
  make: StepName | 'trim'
  /** Absolute, empty, and the child's own until it has answered: large results are files in it. */
  outputFolder: string
  /** What else the step has to say, plain values only. */
  options?: Record<string, unknown>
}

/** `facts`: whatever the step has found out, plain values only. */
export type Making =
  | { ok: true; variants: RenderedVariant[]; facts: Record<string, unknown> }
  | { ok: false; failure: string; reason?: FailureReason }
export type MakeResponse = Making | { fault: string }

/** What the media child is asked: to write a file anew, without its metadata. */
export type BareRequest = RenderRequest & {
  /** What the copy is to be. */
  becomes: string
  /** Absolute; the folder is there and the file is not. */
  outputPath: string
}

export type Bared = { ok: true } | { ok: false; failure: string }
export type BareResponse = Bared | { fault: string }

/** Longest side of each variant, in pixels. */
export const LONGEST_SIDE = { thumbnail: 200, medium: 800, large: 1200 } as const
