import type { PDFiumDocument } from '@hyzyla/pdfium'
import sharp from 'sharp'
import { LONGEST_SIDE, type RenderRequest } from '../rendering.ts'
import { LARGEST_PDF_BYTES, withPdf } from './pdf-document.ts'
import type { Rendered } from './still.ts'
import { Undecodable } from './undecodable.ts'
import { decode, makeVariants, type Pixels } from './variants.ts'

/** Whatever the library calls it: its bytes are red, green, blue, alpha. */
const RGBA = 4

/** How many pages it has, and a picture of the first. */
export async function renderPdf(request: RenderRequest): Promise<Rendered> {
  if (request.sizeBytes > LARGEST_PDF_BYTES) return { summary: { facts: {} }, variants: [] }
  return withPdf(request, async (document) => {
    const { pixels } = await drawPage(document, 0)
    const { variants, blur } = await makeVariants(pixels, 'preview')
    return { summary: { pages: document.getPageCount(), blur, facts: {} }, variants }
  })
}

/**
 * A picture of a page, counted from 0, as large as the largest variant; and its own size in points.
 *
 * @throws Undecodable
 */
export async function drawPage(
  document: PDFiumDocument,
  index: number,
): Promise<{ pixels: Pixels; widthPoints: number; heightPoints: number }> {
  const page = document.getPage(index)
  const { originalWidth: widthPoints, originalHeight: heightPoints } = page.getOriginalSize()
  const longest = Math.max(widthPoints, heightPoints)
  if (!(longest > 0)) throw new Undecodable(`Page ${index + 1} of the document has no size.`)
  // A page may say that it is a kilometre wide: what is drawn is never larger than the preview.
  const { width, height, data } = await page.render({ scale: LONGEST_SIDE.large / longest, render: 'bitmap' })
  const pixels = await decode(sharp(data, { raw: { width, height, channels: RGBA } }).removeAlpha())
  return { pixels, widthPoints, heightPoints }
}

/** Newer ones are a PDF inside. Older ones are PostScript, which is a program and not run here: ready without variants. */
export function renderIllustrator(request: RenderRequest): Promise<Rendered> {
  return renderPdf(request).catch(() => ({ summary: { facts: {} }, variants: [] }))
}
