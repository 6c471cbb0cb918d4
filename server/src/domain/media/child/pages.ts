import { join } from 'node:path'
import sharp from 'sharp'
import type { MakeRequest, RenderedVariant } from '../rendering.ts'
import { convertOffice } from './office.ts'
import type { Made } from './made.ts'
import { drawPage } from './pdf.ts'
import { withPdf } from './pdf-document.ts'
import { requireRoom } from './room.ts'
import { OPENING, readStill, undecodable } from './still.ts'
import { Undecodable } from './undecodable.ts'
import { makeVariants } from './variants.ts'

const QUALITY = 80
const EFFORT = 3
const POINTS_PER_INCH = 72

/** `office`: the program that turns an office document into a PDF, which is all that is asked then. */
type Options = { office?: string; first?: number; last?: number; withPreview?: boolean }

/**
 * Pictures of some pages of a PDF or a TIFF, counted from 1, as files in the output folder; `facts.pages`: how many it has.
 *
 * @throws Undecodable
 */
export async function makePages(request: MakeRequest, report: (share: number) => void): Promise<Made> {
  const { office } = (request.options ?? {}) as Options
  if (office !== undefined) return { variants: [], facts: { name: await convertOffice(office, request) } }
  if (request.mediaType === 'image/tiff') {
    const { pages = 1 } = await sharp(request.path, OPENING).metadata().catch(undecodable)
    return drawEach(request, { pages, draw: (number) => drawScan(request.path, number) }, report)
  }
  return withPdf(request, (document) =>
    drawEach(request, { pages: document.getPageCount(), draw: (number) => drawPage(document, number - 1) }, report),
  )
}

type Drawn = Awaited<ReturnType<typeof drawPage>>

/** A page of a TIFF, counted from 1. Its own size is what it says of its resolution, or else a point for each pixel. */
async function drawScan(path: string, number: number): Promise<Drawn> {
  const opening = { ...OPENING, page: number - 1 }
  const metadata = await sharp(path, opening).metadata().catch(undecodable)
  requireRoom(metadata)
  const { pixels, summary } = await readStill(sharp(path, opening), metadata)
  const { density = POINTS_PER_INCH } = metadata
  const points = (length = 1) => (length * POINTS_PER_INCH) / Math.max(1, density)
  return { pixels, widthPoints: points(summary.widthPixels), heightPoints: points(summary.heightPixels) }
}

async function drawEach(
  request: MakeRequest,
  { pages, draw }: { pages: number; draw: (number: number) => Promise<Drawn> },
  report: (share: number) => void,
): Promise<Made> {
  const { first = 1, last = 1, withPreview = false } = (request.options ?? {}) as Options
  const variants: RenderedVariant[] = []
  const facts: Made['facts'] = { pages }
  for (let number = first; number <= Math.min(last, pages); number++) {
    const { pixels, widthPoints, heightPoints } = await draw(number)
    const path = join(request.outputFolder, `page-${number}.webp`)
    await sharp(pixels.bytes, { raw: pixels.raw }).webp({ quality: QUALITY, effort: EFFORT }).toFile(path)
    const { width: widthPixels, height: heightPixels } = pixels.raw
    variants.push({ name: 'page', number, path, widthPixels, heightPixels, facts: { widthPoints, heightPoints } })
    if (withPreview && number === 1) {
      const made = await makeVariants(pixels, 'preview')
      variants.push(...made.variants)
      facts['blur'] = made.blur
    }
    report((number - first + 1) / (last - first + 1))
  }
  if (variants.length === 0) throw new Undecodable('The document has no such pages.')
  return { variants, facts }
}
