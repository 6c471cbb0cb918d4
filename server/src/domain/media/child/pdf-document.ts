import { readFile } from 'node:fs/promises'
import { PDFiumLibrary, type PDFiumDocument, type PDFiumPage } from '@hyzyla/pdfium'
import { Undecodable } from './undecodable.ts'

/** The whole document is held in memory, twice. */
export const LARGEST_PDF_BYTES = 256 * 1024 ** 2

let library: Promise<PDFiumLibrary> | undefined

/**
 * Opens a PDF, or anything that is one inside, for as long as `use` takes. Scripts, forms and links in it are not looked at.
 *
 * @throws Undecodable
 */
export async function withPdf<T>(
  { path, sizeBytes }: { path: string; sizeBytes: number },
  use: (document: PDFiumDocument) => Promise<T>,
): Promise<T> {
  if (sizeBytes > LARGEST_PDF_BYTES) throw new Undecodable('The document is larger than can be read.')
  library ??= PDFiumLibrary.init()
  const document = await (await library).loadDocument(await readFile(path)).catch(explain)
  try {
    if (document.getPageCount() < 1) throw new Undecodable('The document has no pages.')
    return await use(document)
  } finally {
    document.destroy()
  }
}

/** The text of a page; none where it cannot be read. The page is closed then and cannot be drawn. */
export function textOfPage(document: PDFiumDocument, index: number): string {
  const page = document.getPage(index)
  try {
    return page.getText()
  } catch {
    return ''
  } finally {
    closePage(page)
  }
}

/**
 * The library closes a page only once it is drawn, and one that stays open keeps its memory: ten thousand of them are
 * more than a job may have. It offers no other way to what it keeps to itself.
 */
function closePage(page: PDFiumPage): void {
  const { module, pageIdx } = page as unknown as { module: { _FPDF_ClosePage(page: number): void }; pageIdx: number }
  if (pageIdx !== 0) module._FPDF_ClosePage(pageIdx)
}

function explain(error: unknown): never {
  const said = error instanceof Error ? error.message : ''
  if (/password|security/i.test(said)) throw new Undecodable('The document is protected by a password.', error)
  throw new Undecodable('The document cannot be opened: it is damaged or incomplete.', error)
}
