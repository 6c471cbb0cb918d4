import { posix } from 'node:path'
import { localName, walkPage, walkXml, type Walk } from './markup.ts'
import type { Package } from './package.ts'
import { MOST_CHARACTERS, type Passages } from './passages.ts'

/** Streams a member through a walk, until it ends or the passages are full. */
async function walkMember(document: Package, name: string, walk: Walk, isEnough: () => boolean = () => false) {
  const parser = walkXml(walk)
  await document.read(name, (text) => {
    parser.write(text)
    return !isEnough()
  })
}

/** The words of a Word document, its notes behind it. */
export async function readWord(document: Package, passages: Passages): Promise<void> {
  for (const part of ['document', 'footnotes', 'endnotes', 'comments'])
    await walkMember(document, `word/${part}.xml`, paragraphs(passages), () => passages.isFull)
}

/** The words of a presentation: a passage for each slide, in the order in which they are shown. */
export async function readSlides(document: Package, passages: Passages): Promise<void> {
  for (const [i, slide] of (await orderedParts(document, 'ppt/presentation.xml', 'sldid')).entries()) {
    passages.begin(i + 1)
    await walkMember(document, slide, paragraphs(passages), () => passages.isFull)
  }
}

/** Text in runs, a line for each paragraph: alike in Word and PowerPoint. */
function paragraphs(passages: Passages): Walk {
  let isText = false
  let runs = 0
  // What older programs are to show instead stands there a second time.
  let fallbacks = 0
  return {
    open(name) {
      const local = localName(name)
      if (local === 'Fallback') fallbacks++
      if (fallbacks > 0) return
      if (local === 't') isText = true
      else if (local === 'r') runs++
      else if (local === 'br' || local === 'cr') passages.add('\n')
      else if (local === 'tab' && runs > 0) passages.add('\t')
    },
    text(words) {
      if (isText) passages.add(words)
    },
    close(name) {
      const local = localName(name)
      if (local === 'Fallback') fallbacks--
      if (local === 't') isText = false
      else if (local === 'r') runs--
      else if (local === 'p' && fallbacks === 0) passages.add('\n')
    },
  }
}

/** The cells of a workbook: a passage for each sheet, a line for each row. */
export async function readSheets(document: Package, passages: Passages): Promise<void> {
  const shared = await readSharedStrings(document)
  for (const [i, sheet] of (await orderedParts(document, 'xl/workbook.xml', 'sheet')).entries()) {
    passages.begin(i + 1)
    await walkMember(document, sheet, cells(shared, passages), () => passages.isFull)
  }
}

async function readSharedStrings(document: Package): Promise<string[]> {
  const strings: string[] = []
  let length = 0
  let words = ''
  let isText = false
  let phonetic = 0
  const walk: Walk = {
    open(name) {
      const local = localName(name)
      if (local === 'si') words = ''
      else if (local === 'rPh') phonetic++
      else if (local === 't') isText = phonetic === 0
    },
    text(text) {
      if (isText && words.length < MOST_CHARACTERS) words += text
    },
    close(name) {
      const local = localName(name)
      if (local === 't') isText = false
      else if (local === 'rPh') phonetic--
      else if (local === 'si') {
        strings.push(words)
        length += words.length + 1
      }
    },
  }
  await walkMember(document, 'xl/sharedStrings.xml', walk, () => length > MOST_CHARACTERS)
  return strings
}

function cells(shared: readonly string[], passages: Passages): Walk {
  let type = ''
  let words = ''
  let isValue = false
  return {
    open(name, attributes) {
      const local = localName(name)
      if (local === 'c') {
        type = attributes['t'] ?? ''
        words = ''
      } else if (local === 'v' || local === 't') isValue = true
    },
    text(text) {
      if (isValue && words.length < MOST_CHARACTERS) words += text
    },
    close(name) {
      const local = localName(name)
      if (local === 'v' || local === 't') isValue = false
      else if (local === 'row') passages.add('\n')
      else if (local === 'c' && words !== '') passages.add(`${type === 's' ? (shared[Number(words)] ?? '') : words}\t`)
    },
  }
}

/** The words of an OpenDocument text, table, presentation or drawing: a passage for each sheet and each slide. */
export async function readOpenDocument(document: Package, passages: Passages): Promise<void> {
  let paragraph = 0
  let removed = 0
  let tables = 0
  let number = 0
  const walk: Walk = {
    open(name, attributes) {
      if (name === 'text:tracked-changes') removed++
      if (removed > 0) return
      if (name === 'text:p' || name === 'text:h') paragraph++
      else if (name === 'text:s') passages.add(' ')
      else if (name === 'text:tab') passages.add('\t')
      else if (name === 'text:line-break') passages.add('\n')
      else if (name === 'draw:page') passages.begin(++number)
      // Of a workbook; one within a text or on a slide has no name for its sheet.
      else if (name === 'table:table' && tables++ === 0 && attributes['table:name'] !== undefined && isWorkbook)
        passages.begin(++number)
    },
    text(words) {
      if (paragraph > 0 && removed === 0) passages.add(words)
    },
    close(name) {
      if (name === 'text:tracked-changes') removed--
      else if (name === 'table:table') tables--
      else if (name === 'text:p' || name === 'text:h') {
        paragraph = Math.max(0, paragraph - 1)
        passages.add(isWorkbook ? '\t' : '\n')
      } else if (name === 'table:table-row' && isWorkbook) passages.add('\n')
    },
  }
  let isWorkbook = false
  await document.read('mimetype', (said) => {
    isWorkbook = said.includes('spreadsheet')
    return false
  })
  await walkMember(document, 'content.xml', walk, () => passages.isFull)
}

/** The words of a book: a passage for each chapter, in the order of its spine. */
export async function readBook(document: Package, passages: Passages): Promise<void> {
  let root = ''
  await walkMember(document, 'META-INF/container.xml', {
    open: (name, attributes) => void (localName(name) === 'rootfile' && (root ||= attributes['full-path'] ?? '')),
  })
  const targets = new Map<string, string>()
  const spine: string[] = []
  await walkMember(document, root, {
    open(name, { id = '', href = '', idref = '' }) {
      if (localName(name) === 'item' && /x?html?$/i.test(href)) targets.set(id, within(posix.dirname(root), href))
      if (localName(name) === 'itemref') spine.push(idref)
    },
  })
  for (const [i, id] of spine.entries()) {
    if (passages.isFull) return
    passages.begin(i + 1)
    const page = walkPage((text) => passages.add(text))
    await document.read(targets.get(id) ?? '', (text) => {
      page.write(text)
      return !passages.isFull
    })
    page.end()
  }
}

/** Members in the order in which the main part lists them by the numbers of their relations (ECMA-376 part 2, §9.3). */
async function orderedParts(document: Package, main: string, element: string): Promise<string[]> {
  const folder = posix.dirname(main)
  const targets = new Map<string, string>()
  await walkMember(document, `${folder}/_rels/${posix.basename(main)}.rels`, {
    open(name, { Id = '', Target = '' }) {
      if (localName(name) === 'Relationship') targets.set(Id, within(folder, Target))
    },
  })
  const parts: string[] = []
  await walkMember(document, main, {
    open(name, attributes) {
      if (localName(name).toLowerCase() !== element) return
      const relation = Object.entries(attributes).find(([key]) => localName(key) === 'id' && key.includes(':'))?.[1]
      const part = targets.get(relation ?? '')
      if (part !== undefined) parts.push(part)
    },
  })
  return parts
}

/** A name of the package, whatever it is written like; there is no other place that it could lead to. */
function within(folder: string, target: string): string {
  const [path = ''] = target.split('#')
  return path.startsWith('/') ? path.slice(1) : posix.join(folder === '.' ? '' : folder, unescaped(path))
}

function unescaped(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
