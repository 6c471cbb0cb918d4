import { Problem } from '../../../platform/problem.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/** What a mailed link is for. */
export type MailedPurpose = 'verify-email' | 'reset-password' | 'change-email'

/** How long a mailed link is good for, in milliseconds. */
export const LINK_MS: Record<MailedPurpose, number> = {
  'verify-email': 24 * HOUR_MS,
  'reset-password': HOUR_MS,
  'change-email': 24 * HOUR_MS,
}

/** zxcvbn's 2: more than an attacker on the page could try in years; less is guessed from a list. */
export const LEAST_SCORE = 2

/** @throws invalid-request  the time zone or the language is none that there is */
export function requirePlace(place: { timeZone?: string | null; language?: string | null }) {
  const { timeZone, language } = place
  if (typeof timeZone === 'string' && !isTimeZone(timeZone))
    throw new Problem('invalid-request', `There is no time zone ${timeZone}; one looks like Europe/Zurich.`)
  if (typeof language === 'string' && !isLanguage(language))
    throw new Problem('invalid-request', `${language} is no language tag; one looks like de or pt-BR.`)
}

function isTimeZone(name: string): boolean {
  if (!/^(UTC|[A-Z][A-Za-z]+\/)/.test(name)) return false // offsets and abbreviations know no summer
  return answers(() => new Intl.DateTimeFormat('en', { timeZone: name }))
}
const isLanguage = (tag: string): boolean => answers(() => Intl.getCanonicalLocales(tag))

function answers(ask: () => unknown): boolean {
  try {
    ask()
    return true
  } catch {
    return false
  }
}

/** Names that could be taken for the installation itself. */
const RESERVED = new Set(['admin', 'administrator', 'root', 'system', 'trove', 'support', 'security', 'postmaster'])

/** @throws username-taken */
export function requireFreeUsername(username: string) {
  if (RESERVED.has(username.toLowerCase()))
    throw new Problem('username-taken', 'This name is kept for the installation.')
}
