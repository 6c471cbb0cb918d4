import type { TextMatch } from '@trove/contract/search'

/** Letters, digits, or whatever else is neither space nor punctuation: about what `split_words` of migration 0031 has. */
const WORD = /[\p{L}\p{M}]+|\p{N}+|[^\p{L}\p{M}\p{N}\p{P}\p{Z}\p{Cc}]+/gu
const FEWEST_OF_STEM = 4
const MOST_MATCHES = 50
const LENGTH = 220
const BEFORE = 60

const folded = (word: string): string => word.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()

const wordsIn = (text: string): string[] => [...text.matchAll(WORD)].map(([word]) => folded(word))

/** Where a text says what was asked for; a word in another form of itself counts, as far as its beginning tells. */
export function matchesIn(text: string, asked: string): TextMatch[] {
  const words = wordsIn(asked)
  const found: TextMatch[] = []
  for (const match of text.matchAll(WORD)) {
    if (!words.some((word) => isSaid(folded(match[0]), word))) continue
    found.push({ from: match.index, to: match.index + match[0].length })
    if (found.length >= MOST_MATCHES) break
  }
  return found
}

function isSaid(said: string, word: string): boolean {
  if (said === word || (word.length > 1 && said.startsWith(word))) return true
  return said.length >= FEWEST_OF_STEM && word.startsWith(said)
}

/** Of a page the piece that says most of the words, with where: plain text of one line. */
export function passageOf(content: string, asked: string): { text: string; matches: TextMatch[] } {
  const words = wordsIn(asked)
  const said = [...content.matchAll(WORD)].flatMap((match) => {
    const word = words.find((one) => isSaid(folded(match[0]), one))
    return word === undefined ? [] : [{ from: match.index, word }]
  })
  let [start, most] = [0, 0]
  for (const [index, { from }] of said.entries()) {
    const different = new Set<string>()
    for (let next = index; (said[next]?.from ?? Number.POSITIVE_INFINITY) < from + LENGTH - BEFORE; next++)
      different.add(said[next]?.word ?? '')
    if (different.size > most) [start, most] = [from, different.size]
    if (most === words.length) break
  }
  const from = content.lastIndexOf(' ', Math.max(0, start - BEFORE / 2)) + 1
  const begin = start - from > BEFORE ? start : from
  const text = content
    .slice(begin, begin + LENGTH)
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ')
    .toWellFormed()
  return { text, matches: matchesIn(text, asked) }
}
