import stringWidth from 'string-width'

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'] as const
const STEP = 1024
const MINUTE_S = 60

/** `3.4 MB`. Steps of 1024, as the page counts; three digits at most. */
export function formatBytes(bytes: number): string {
  let size = Math.max(0, bytes)
  let unit = 0
  while (Math.round(size) >= (unit === 0 ? STEP : 1000) && unit < UNITS.length - 1) {
    size /= STEP
    unit += 1
  }
  const text = unit === 0 || size >= 99.95 ? String(Math.round(size)) : size.toFixed(1)
  return `${text.replace(/\.0$/, '')} ${UNITS[unit]}`
}

/** `8 s`, `2 min`, `1 h 20 min`; nothing when it is not known. */
export function formatRemaining(seconds: number): string {
  if (!Number.isFinite(seconds)) return ''
  if (seconds < MINUTE_S) return `${Math.max(1, Math.ceil(seconds))} s`
  const minutes = Math.ceil(seconds / MINUTE_S)
  if (minutes < 60) return `${minutes} min`
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** `41 %`, never 100 before the end. */
export function formatShare(part: number, whole: number): string {
  if (whole <= 0) return '0 %'
  return `${part < whole ? Math.max(0, Math.min(99, Math.floor((part / whole) * 100))) : 100} %`
}

/** `1 file`, `2,318 files` */
export const formatCount = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`

/** Of things that are seen in lists: the same width for each. */
export const formatDate = (instant: string): string => {
  const at = new Date(instant)
  const two = (number: number) => String(number).padStart(2, '0')
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`
}

/**
 * A name from anywhere, fit to be shown: what would move the cursor, colour the screen, turn the direction of writing
 * or end the line is shown as �.
 */
export const printable = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}\p{Cs}]/gu, (character) =>
    character === '\u200d' ? character : '\ufffd',
  )

/** As many columns as given, however wide its characters are; the middle is left out, because the end of a name tells most. */
export function fit(text: string, columns: number): string {
  const width = stringWidth(text)
  if (width <= columns) return text + ' '.repeat(columns - width)
  const characters = [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment)
  const head = take(characters, Math.floor((columns - 1) / 2))
  const tail = take(characters.toReversed(), columns - 1 - stringWidth(head.join(''))).toReversed()
  const shown = `${head.join('')}…${tail.join('')}`
  return shown + ' '.repeat(Math.max(0, columns - stringWidth(shown)))
}

/** As many from the front as fit. */
function take(characters: readonly string[], columns: number): string[] {
  const taken: string[] = []
  let width = 0
  for (const character of characters) {
    width += stringWidth(character)
    if (width > columns) break
    taken.push(character)
  }
  return taken
}

/** A word of a command line as a shell would take it. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
