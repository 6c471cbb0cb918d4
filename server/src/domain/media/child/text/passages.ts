/** Text by its number: the page, the slide, the sheet or the chapter, counted from 1; else parts of a long text. */
export type Passage = { number: number; content: string }

/** Of one passage. PostgreSQL makes no search vector of more than 1 MiB, and one of these stays far below. */
const MOST_EACH = 100_000
/** Of a whole file. A novel has a million characters. */
export const MOST_CHARACTERS = 4_000_000
export const MOST_PASSAGES = 5_000

/** Collects text within bounds: what goes beyond is left out, and `isCut` says so. */
export type Passages = {
  /** Adds to the passage that is open. */
  add(text: string): void
  /** What follows belongs to the passage of this number. */
  begin(number: number): void
  readonly isFull: boolean
  /** @returns  those that hold any words */
  end(): { passages: Passage[]; isCut: boolean }
}

/** @param isFlowing  it has no pages: what is too long for one passage goes on in the next number */
export function collectPassages({ isFlowing }: { isFlowing: boolean }): Passages {
  const done: Passage[] = []
  let number = 1
  let open: string[] = []
  let openLength = 0
  let total = 0
  let isCut = false
  const close = () => {
    const content = clean(open.join(''))
    if (content !== '') done.push({ number, content })
    open = []
    openLength = 0
  }
  const isFull = () => total >= MOST_CHARACTERS || number > MOST_PASSAGES
  return {
    add(text) {
      let rest = text
      while (rest !== '') {
        if (isFull() || (!isFlowing && openLength >= MOST_EACH)) return void (isCut = true)
        if (openLength >= MOST_EACH) {
          close()
          number++
          continue
        }
        const piece = rest.slice(0, Math.min(MOST_EACH - openLength, MOST_CHARACTERS - total))
        open.push(piece)
        openLength += piece.length
        total += piece.length
        rest = rest.slice(piece.length)
      }
    },
    begin(next) {
      close()
      number = next
    },
    get isFull() {
      return isFull()
    },
    end() {
      close()
      return { passages: done.slice(0, MOST_PASSAGES), isCut: isCut || done.length > MOST_PASSAGES }
    },
  }
}

/** What PDFium writes for a hyphen at the end of a line: the word goes on. */
const SPLIT_WORD = /[\u0002\ufffe]\s*/g
// NUL cannot be stored, and the rest of these show nothing.
// oxlint-disable-next-line no-control-regex
const UNSHOWN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u200b\ufeff\ufffe\uffff]/g

function clean(text: string): string {
  return (
    text
      .replace(SPLIT_WORD, '')
      .replace(/\r\n?|[\u2028\u2029\u0085]/g, '\n')
      .replace(UNSHOWN, '')
      .toWellFormed()
      .split('\n')
      // An expression would look at each of a hundred thousand spaces once for each of them.
      .map((line) => line.trimEnd())
      .join('\n')
      .replace(/\n{3,}/g, '\n\n')
      .trim()
  )
}
