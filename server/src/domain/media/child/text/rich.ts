import { TextDecoder } from 'node:util'
import { Undecodable } from '../undecodable.ts'

/** No program writes groups so deep in each other. */
const MOST_DEPTH = 10_000

/** Groups that hold no words of the text: fonts, colours, styles, pictures, fields' instructions. */
const SILENT = new Set(
  'fonttbl colortbl stylesheet info pict object themedata datastore listtable listoverridetable rsidtbl generator fldinst xmlnstbl latentstyles header footer'.split(
    ' ',
  ),
)
const LINES = new Set(['par', 'line', 'row', 'page', 'sect'])
const SIGNS: Readonly<Record<string, string>> = {
  tab: '\t',
  cell: '\t',
  emdash: '—',
  endash: '–',
  bullet: '•',
  lquote: '‘',
  rquote: '’',
  ldblquote: '“',
  rdblquote: '”',
}
/** A control word with its number, a sign, a byte, the edge of a group, or words (RTF 1.9.1). */
const TOKEN = /\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-f]{2})|\\([^a-z])|([{}])|([^\\{}]+)/gi

type Group = { isSilent: boolean; skip: number }

/** The words of a rich text. Bounded by what it is given: nothing in it repeats or refers. */
export function wordsOfRichText(source: string, write: (text: string) => void): void {
  const groups: Group[] = []
  let group: Group = { isSilent: false, skip: 1 }
  let decoder = new TextDecoder('windows-1252')
  // Characters that stand in for the one before, for programs that know no Unicode.
  let standIns = 0
  const say = (text: string) => void (!group.isSilent && write(text))
  for (const [, word, number, byte, sign, edge, words] of source.matchAll(TOKEN)) {
    if (groups.length > MOST_DEPTH) throw new Undecodable('It is nested deeper than any document.')
    if (edge === '{') groups.push({ ...group })
    else if (edge === '}') group = groups.pop() ?? group
    else if (word !== undefined) {
      if (SILENT.has(word)) group.isSilent = true
      else if (LINES.has(word)) say('\n')
      else if (word === 'uc') group.skip = Number(number ?? 1)
      else if (word === 'ansicpg') decoder = decoderFor(Number(number))
      else if (word === 'u') {
        say(String.fromCharCode(Number(number) & 0xffff))
        standIns = group.skip
      } else if (SIGNS[word] !== undefined) say(SIGNS[word])
    } else if (byte !== undefined) {
      if (standIns > 0) standIns--
      else say(decoder.decode(Uint8Array.of(parseInt(byte, 16))))
    } else if (sign === '*') group.isSilent = true
    else if (sign === '~') say(' ')
    else if (sign !== undefined && /[\\{}]/.test(sign)) say(sign)
    else if (words !== undefined) {
      const told = words.replace(/[\r\n]+/g, '')
      say(told.slice(standIns))
      standIns = Math.max(0, standIns - told.length)
    }
  }
}

function decoderFor(page: number): TextDecoder {
  try {
    return new TextDecoder(page === 932 ? 'shift_jis' : page === 936 ? 'gbk' : `windows-${page}`)
  } catch {
    return new TextDecoder('windows-1252')
  }
}
