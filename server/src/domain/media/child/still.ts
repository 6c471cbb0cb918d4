import type { Metadata, Sharp } from 'sharp'
import type { MediaSummary, RenderedVariant } from '../rendering.ts'
import { Undecodable } from './undecodable.ts'
import { decode, makeVariants } from './variants.ts'

/** What every renderer gives back. */
export type Rendered = { summary: MediaSummary; variants: RenderedVariant[] }

/** More than any camera makes; beyond it a picture is more likely a bomb. */
export const MOST_PIXELS = 500_000_000

/** How every still image is opened: damage that viewers overlook is overlooked, only the first page is read. */
export const OPENING = { failOn: 'none', limitInputPixels: MOST_PIXELS, sequentialRead: true, pages: 1 } as const

/** Facts and sizes of an opened image that will come out upright. */
export async function renderStillImage(source: Sharp, metadata: Metadata): Promise<Rendered> {
  const pixels = await decode(source)
  const { variants, blur } = await makeVariants(pixels, 'large')
  const isTurned = (metadata.orientation ?? 1) >= 5
  const [width, height] = [metadata.width, metadata.pageHeight ?? metadata.height]
  const [widthPixels, heightPixels] = isTurned ? [height, width] : [width, height]
  return { summary: { widthPixels, heightPixels, blur, facts: {} }, variants }
}

/** @throws Undecodable always */
export function undecodable(error: unknown): never {
  if (error instanceof Undecodable) throw error
  const said = error instanceof Error ? error.message : ''
  if (/exceeds pixel limit|too large|exceeds limit/i.test(said))
    throw new Undecodable(`It has more than ${MOST_PIXELS / 1e6} million pixels.`, error)
  throw new Undecodable('The picture cannot be decoded: it is damaged or incomplete.', error)
}
