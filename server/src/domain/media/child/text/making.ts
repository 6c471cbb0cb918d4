import type { MakeRequest } from '../../rendering.ts'
import type { Made } from '../made.ts'
import { textOfPage, withPdf } from '../pdf-document.ts'
import { walkPage, walkXml } from './markup.ts'
import { readBook, readOpenDocument, readSheets, readSlides, readWord } from './office.ts'
import { openPackage, type Package } from './package.ts'
import { collectPassages, MOST_PASSAGES, type Passages } from './passages.ts'
import { isReadable, readPlain, withoutAttachments } from './plain.ts'
import { wordsOfRichText } from './rich.ts'

/**
 * The words of a document, so that it can be found by them: `facts.passages`, and `facts.isCut` when there are more
 * than are kept.
 *
 * @throws Undecodable
 */
export async function makeText(request: MakeRequest, report: (share: number) => void): Promise<Made> {
  const { mediaType } = request
  const isPaged = isPdf(mediaType) || mediaType in PACKAGES
  const isFlowing = !isPaged || /wordprocessing|opendocument\.text/.test(mediaType)
  const passages = collectPassages({ isFlowing })
  if (isPdf(mediaType)) await readPdf(request, passages, report)
  else if (PACKAGES[mediaType] !== undefined) await readPackage(request.path, PACKAGES[mediaType], passages)
  else await readText(request, passages)
  return { variants: [], facts: { ...passages.end() } }
}

const isPdf = (mediaType: string): boolean => /^application\/(pdf|illustrator)$/.test(mediaType)

const OOXML = 'application/vnd.openxmlformats-officedocument'
const ODF = 'application/vnd.oasis.opendocument'
const PACKAGES: Readonly<Record<string, (document: Package, passages: Passages) => Promise<void>>> = {
  [`${OOXML}.wordprocessingml.document`]: readWord,
  [`${OOXML}.spreadsheetml.sheet`]: readSheets,
  [`${OOXML}.presentationml.presentation`]: readSlides,
  [`${ODF}.text`]: readOpenDocument,
  [`${ODF}.spreadsheet`]: readOpenDocument,
  [`${ODF}.presentation`]: readOpenDocument,
  [`${ODF}.graphics`]: readOpenDocument,
  'application/epub+zip': readBook,
}

function readPdf(request: MakeRequest, passages: Passages, report: (share: number) => void): Promise<void> {
  return withPdf(request, async (document) => {
    const pages = Math.min(document.getPageCount(), MOST_PASSAGES + 1)
    for (let index = 0; index < pages && !passages.isFull; index++) {
      passages.begin(index + 1)
      passages.add(textOfPage(document, index))
      report((index + 1) / pages)
    }
  })
}

async function readPackage(
  path: string,
  read: (document: Package, passages: Passages) => Promise<void>,
  passages: Passages,
): Promise<void> {
  const document = await openPackage(path)
  try {
    await read(document, passages)
  } finally {
    document.close()
  }
}

async function readText({ path, mediaType }: MakeRequest, passages: Passages): Promise<void> {
  const text = await readPlain(path)
  if (!isReadable(text)) return
  const add = (words: string) => passages.add(words)
  switch (mediaType) {
    case 'text/html': {
      const page = walkPage(add)
      page.write(text)
      return page.end()
    }
    case 'application/xml': {
      const xml = walkXml({ text: add, close: () => add(' ') })
      xml.write(text)
      return xml.end()
    }
    case 'application/rtf':
      return wordsOfRichText(text, add)
    case 'message/rfc822':
      return add(withoutAttachments(text))
    default:
      return add(text)
  }
}
