const AROUND = 60

/** How often `words` stand in a passage, whatever their case, and what stands around the first of them; nothing when they do not. */
export function hitsIn(
  { number, content }: { number: number; content: string },
  words: string,
): { number: number; count: number; excerpt: string }[] {
  // Lower case may be longer than what it is of; then places in it are not places in the text.
  const folded = content.toLowerCase()
  const wanted = words.toLowerCase()
  let count = 0
  let first = -1
  for (let at = folded.indexOf(wanted); at >= 0 && wanted !== ''; at = folded.indexOf(wanted, at + wanted.length)) {
    if (first < 0) first = at
    count++
  }
  if (first < 0) return []
  const source = folded.length === content.length ? content : folded
  const from = Math.max(0, first - AROUND)
  const to = Math.min(source.length, first + wanted.length + AROUND)
  const excerpt = source.slice(from, to).toWellFormed().replace(/\s+/g, ' ').trim()
  return [{ number, count, excerpt: `${from > 0 ? '…' : ''}${excerpt}${to < source.length ? '…' : ''}` }]
}
