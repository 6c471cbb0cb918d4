import { readFile } from 'node:fs/promises'
import { PDFiumLibrary } from '@hyzyla/pdfium'
import sharp from 'sharp'
import { LONGEST_SIDE, type RenderRequest } from '../rendering.ts'
import type { Rendered } from './still.ts'
import { Undecodable } from './undecodable.ts'
import { decode, makeVariants } from './variants.ts'

/** The whole document is held in memory, twice. */
const LARGEST_BYTES = 256 * 1024 ** 2
/** Whatever the library calls it: its bytes are red, green, blue, alpha. */
const RGBA = 4

let library: Promise<PDFiumLibrary> | undefined

/** How many pages it has, and a picture of the first. */
export async function renderPdf({ path, sizeBytes }: RenderRequest): Promise<Rendered> {
  if (sizeBytes > LARGEST_BYTES) return { summary: { facts: {} }, variants: [] }
  library ??= PDFiumLibrary.init()
  const document = await (await library).loadDocument(await readFile(path)).catch(explain)
  try {
    const pages = document.getPageCount()
    if (pages < 1) throw new Undecodable('The document has no pages.')
    const page = document.getPage(0)
    const { originalWidth, originalHeight } = page.getOriginalSize()
    const longest = Math.max(originalWidth, originalHeight)
    if (!(longest > 0)) throw new Undecodable('The first page of the document has no size.')
    // A page may say that it is a kilometre wide: what is drawn is never larger than the preview.
    const { width, height, data } = await page.render({ scale: LONGEST_SIDE.large / longest, render: 'bitmap' })
    const pixels = await decode(sharp(data, { raw: { width, height, channels: RGBA } }).removeAlpha())
    const { variants, blur } = await makeVariants(pixels, 'preview')
    return { summary: { pages, blur, facts: {} }, variants }
  } finally {
    document.destroy()
  }
}

/** Newer ones are a PDF inside. Older ones are PostScript, which is a program and not run here: ready without variants. */
export function renderIllustrator(request: RenderRequest): Promise<Rendered> {
  return renderPdf(request).catch(() => ({ summary: { facts: {} }, variants: [] }))
}

function explain(error: unknown): never {
  const said = error instanceof Error ? error.message : ''
  if (/password|security/i.test(said)) throw new Undecodable('The document is protected by a password.', error)
  throw new Undecodable('The document cannot be opened: it is damaged or incomplete.', error)
}
