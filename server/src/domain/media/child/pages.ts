import { join } from 'node:path'
import sharp from 'sharp'
import type { MakeRequest, RenderedVariant } from '../rendering.ts'
import { convertOffice } from './office.ts'
import type { Made } from './made.ts'
import { drawPage } from './pdf.ts'
import { withPdf } from './pdf-document.ts'
import { Undecodable } from './undecodable.ts'
import { makeVariants } from './variants.ts'

const QUALITY = 80
const EFFORT = 3

/** `office`: the program that turns an office document into a PDF, which is all that is asked then. */
type Options = { office?: string; first?: number; last?: number; withPreview?: boolean }

/**
 * Pictures of some pages of a PDF, counted from 1, as files in the output folder; `facts.pages`: how many it has.
 *
 * @throws Undecodable
 */
export async function makePages(request: MakeRequest, report: (share: number) => void): Promise<Made> {
  const { office, first = 1, last = 1, withPreview = false } = (request.options ?? {}) as Options
  if (office !== undefined) return { variants: [], facts: { name: await convertOffice(office, request) } }
  return withPdf(request, async (document) => {
    const pages = document.getPageCount()
    const variants: RenderedVariant[] = []
    const facts: Made['facts'] = { pages }
    for (let number = first; number <= Math.min(last, pages); number++) {
      const { pixels, widthPoints, heightPoints } = await drawPage(document, number - 1)
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
  })
}
