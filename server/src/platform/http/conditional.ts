import type { IncomingHttpHeaders } from 'node:http'

/** What a representation is known by: a strong entity tag in its quotes, and when it was made. */
export type Validators = { etag: string; modifiedAt: Date }

export type Verdict = 'go on' | 'not modified' | 'precondition failed'

/** Decides the conditions of a GET or HEAD, in the order of RFC 9110 §13.2.2. */
export function judgeConditions(headers: IncomingHttpHeaders, current: Validators): Verdict {
  const ifMatch = headers['if-match']
  const unmodifiedSince = parseHttpDate(headers['if-unmodified-since'])
  if (ifMatch !== undefined) {
    if (!lists(ifMatch, current.etag, 'strong')) return 'precondition failed'
  } else if (unmodifiedSince !== undefined && wholeSeconds(current.modifiedAt) > unmodifiedSince) {
    return 'precondition failed'
  }

  const ifNoneMatch = headers['if-none-match']
  if (ifNoneMatch !== undefined) return lists(ifNoneMatch, current.etag, 'weak') ? 'not modified' : 'go on'
  const modifiedSince = parseHttpDate(headers['if-modified-since'])
  return modifiedSince !== undefined && wholeSeconds(current.modifiedAt) <= modifiedSince ? 'not modified' : 'go on'
}

/**
 * Whether a Range may be honoured: there is no If-Range, or it names what is here (RFC 9110 §13.1.5). Its comparison
 * is strong; a date is as good as a tag because stored bytes never change.
 */
export function mayHonourRange(headers: IncomingHttpHeaders, current: Validators): boolean {
  const field = headers['if-range']
  if (typeof field !== 'string') return true
  if (/^(?:W\/)?"/.test(field)) return field.trim() === current.etag
  return parseHttpDate(field) === wholeSeconds(current.modifiedAt)
}

export const toHttpDate = (instant: Date): string => instant.toUTCString()

/** Whether a list of entity tags, or `*`, holds the tag. */
function lists(field: string, etag: string, comparison: 'weak' | 'strong'): boolean {
  if (field.trim() === '*') return true
  const tags = field.match(/(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/g) ?? []
  return tags.some((tag) => (comparison === 'weak' ? tag.replace(/^W\//, '') : tag) === etag)
}

/** HTTP dates have no fractions. */
const wholeSeconds = (instant: Date): number => Math.floor(instant.getTime() / 1000) * 1000

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
/** The three forms of RFC 9110 §5.6.7: IMF-fixdate, and the obsolete RFC 850 and asctime. */
const FORMS = [
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (?<day>\d\d) (?<month>[A-Z][a-z]{2}) (?<year>\d{4}) (?<time>\d\d:\d\d:\d\d) GMT$/,
  /^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (?<day>\d\d)-(?<month>[A-Z][a-z]{2})-(?<year>\d\d) (?<time>\d\d:\d\d:\d\d) GMT$/,
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (?<month>[A-Z][a-z]{2}) (?<day>[ \d]\d) (?<time>\d\d:\d\d:\d\d) (?<year>\d{4})$/,
]

/** Milliseconds since 1970, or undefined when it is not a date: such a condition must be ignored. */
function parseHttpDate(field: string | undefined): number | undefined {
  if (field === undefined) return undefined
  for (const form of FORMS) {
    const { day, month, year, time } = form.exec(field.trim())?.groups ?? {}
    if (day === undefined || month === undefined || year === undefined || time === undefined) continue
    const at = Date.parse(`${fullYear(year)}-${pad(MONTHS.indexOf(month) + 1)}-${pad(Number(day))}T${time}Z`)
    return Number.isNaN(at) ? undefined : at
  }
  return undefined
}

const pad = (number: number): string => String(number).padStart(2, '0')

/** A year of two digits that would lie more than 50 years ahead is a past one. */
function fullYear(year: string): string {
  if (year.length === 4) return year
  const century = Math.floor(new Date().getUTCFullYear() / 100) * 100
  const guess = century + Number(year)
  return String(guess > new Date().getUTCFullYear() + 50 ? guess - 100 : guess)
}
