import { Parser, type Handler } from 'htmlparser2'
import { Undecodable } from '../undecodable.ts'

/** No program writes elements so deep in each other; the parser takes longer for each the deeper it is. */
const MOST_DEPTH = 2_000
/** Of one element; a parser keeps all of them at once. */
const MOST_ATTRIBUTES = 10_000

/** What is done at the tags of a document, by their names in lower case or, of XML, without their prefix where asked. */
export type Walk = {
  open?(name: string, attributes: Readonly<Record<string, string>>): void
  text?(words: string): void
  close?(name: string): void
}

/**
 * Walks XML as it comes. There is no document type: an entity that somebody declared stays as it is written, so that
 * none unfolds and none is fetched.
 */
export const walkXml = (walk: Walk): Parser => new Parser(handlerOf(walk), { xmlMode: true, decodeEntities: true })

const walkHtml = (walk: Walk): Parser => new Parser(handlerOf(walk), { decodeEntities: true })

function handlerOf({ open, text, close }: Walk): Partial<Handler> {
  let depth = 0
  let attributes = 0
  return {
    onopentagname() {
      attributes = 0
    },
    onattribute() {
      if (++attributes > MOST_ATTRIBUTES)
        throw new Undecodable('One of its elements has more attributes than any document.')
    },
    onopentag(name, given) {
      if (++depth > MOST_DEPTH) throw new Undecodable('It is nested deeper than any document.')
      open?.(name, given)
    },
    ...(text !== undefined && { ontext: (words) => text(words) }),
    onclosetag(name) {
      depth--
      close?.(name)
    },
  }
}

/** `w:p` without its prefix, which is the writer's choice. */
export const localName = (name: string): string => name.slice(name.indexOf(':') + 1)

const SILENT = new Set(['script', 'style', 'template', 'noscript', 'svg', 'math', 'head', 'object', 'iframe'])
const BLOCKS = new Set(
  'address article aside blockquote br dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table td th tr ul'.split(
    ' ',
  ),
)

/** The words of a page of HTML, a line for each block; nothing in it is run or fetched. Feed it, then end it. */
export function walkPage(write: (text: string) => void): Parser {
  let silence = 0
  return walkHtml({
    open(name) {
      if (SILENT.has(name)) silence++
      else if (silence === 0 && BLOCKS.has(name)) write('\n')
    },
    text(words) {
      if (silence === 0) write(words.replace(/\s+/g, ' '))
    },
    close(name) {
      if (SILENT.has(name)) silence = Math.max(0, silence - 1)
      else if (silence === 0 && BLOCKS.has(name)) write('\n')
    },
  })
}
