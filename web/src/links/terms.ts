import { LINK_DOWNLOADS, type Link, type LinkAbility } from '@trove/contract/links'
import type { ChangedTerms, NewTerms } from './queries.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** How long a link lives, as it is chosen. `kept`: what it is already; `day`: until the end of a day that is named. */
export const lives = ['hour', 'day-long', 'week', 'month', 'day', 'never'] as const
export type Life = (typeof lives)[number] | 'kept'
export const lifeNames: Record<Exclude<Life, 'kept'>, string> = {
  hour: '1 hour',
  'day-long': '24 hours',
  week: '7 days',
  month: '30 days',
  day: 'Until a day',
  never: 'No end',
}
const LENGTHS: Partial<Record<Life, number>> = {
  hour: HOUR_MS,
  'day-long': DAY_MS,
  week: 7 * DAY_MS,
  month: 30 * DAY_MS,
}

/** What a form about a link holds; texts as they are typed. */
export type Draft = {
  gives: 'view' | 'download' | 'upload'
  /** Guests who may look may put files in, too. */
  takesFiles: boolean
  life: Life
  /** `2026-12-24`; for `day` only. */
  day: string
  /** Empty: as many as wanted. */
  maxDownloads: string
  label: string
  password: string
  removesPassword: boolean
  boundEmail: string
  boundNetwork: string
  keepsMetadata: boolean
  keepsNames: boolean
}

export const freshDraft: Draft = {
  gives: 'view',
  takesFiles: false,
  life: 'day-long',
  day: '',
  maxDownloads: String(LINK_DOWNLOADS),
  label: '',
  password: '',
  removesPassword: false,
  boundEmail: '',
  boundNetwork: '',
  keepsMetadata: false,
  keepsNames: false,
}

export function draftOf(link: Link): Draft {
  const { allows } = link
  return {
    gives: allows.includes('download') ? 'download' : allows.includes('view') ? 'view' : 'upload',
    takesFiles: allows.includes('view') && allows.includes('upload'),
    life: link.expiresAt === undefined ? 'never' : 'kept',
    day: '',
    maxDownloads: link.maxDownloads === undefined ? '' : String(link.maxDownloads),
    label: link.label,
    password: '',
    removesPassword: false,
    boundEmail: link.boundEmail ?? '',
    boundNetwork: link.boundNetwork ?? '',
    keepsMetadata: link.keepsMetadata,
    keepsNames: link.keepsNames,
  }
}

/** What is wrong with a draft, by field; nothing when it can be sent. */
export function faultsOf(draft: Draft, now = Date.now()): Partial<Record<keyof Draft, string>> {
  const { life, day, maxDownloads, password, boundEmail } = draft
  const faults: Partial<Record<keyof Draft, string>> = {}
  if (life === 'day' && !(endOfDay(day) > now)) faults.day = 'Choose a day that is still to come.'
  if (draft.gives === 'download' && maxDownloads !== '' && !/^[1-9]\d{0,5}$/.test(maxDownloads))
    faults.maxDownloads = 'A whole number from 1, or nothing for no limit.'
  if (password !== '' && password.length < 4) faults.password = 'At least 4 characters.'
  if (new TextEncoder().encode(password).length > 72) faults.password = 'It is too long; 72 letters at most.'
  if (boundEmail !== '' && !/^[^\s@]+@[^\s@]+$/.test(boundEmail)) faults.boundEmail = 'One e-mail address.'
  return faults
}

export function newTermsOf(draft: Draft, now = Date.now()): NewTerms {
  const { label, password, boundEmail, boundNetwork, keepsMetadata, keepsNames } = draft
  return {
    allows: abilitiesOf(draft),
    expiresAt: endOf(draft, now) ?? null,
    maxDownloads: limitOf(draft),
    keepsMetadata,
    keepsNames,
    ...(label.trim() !== '' && { label: label.trim() }),
    ...(password !== '' && { password }),
    ...(boundEmail.trim() !== '' && { boundEmail: boundEmail.trim() }),
    ...(boundNetwork.trim() !== '' && { boundNetwork: boundNetwork.trim() }),
  }
}

/** Only what differs: a term that is sent is recorded as changed, and some end the visits that are open. */
export function changedTermsOf(link: Link, draft: Draft, now = Date.now()): ChangedTerms {
  const { password, removesPassword, keepsMetadata, keepsNames } = draft
  const label = draft.label.trim()
  const boundEmail = draft.boundEmail.trim() || null
  const boundNetwork = draft.boundNetwork.trim() || null
  const maxDownloads = limitOf(draft)
  const isOtherEnd = draft.life !== 'kept' && !(draft.life === 'never' && link.expiresAt === undefined)
  return {
    ...(label !== link.label && { label }),
    ...(keepsMetadata !== link.keepsMetadata && { keepsMetadata }),
    ...(keepsNames !== link.keepsNames && { keepsNames }),
    ...(boundEmail !== (link.boundEmail ?? null) && { boundEmail }),
    ...(boundNetwork !== (link.boundNetwork ?? null) && { boundNetwork }),
    ...(draft.gives === 'download' && maxDownloads !== (link.maxDownloads ?? null) && { maxDownloads }),
    ...(isOtherEnd && { expiresAt: endOf(draft, now) ?? null }),
    ...(password !== '' ? { password } : removesPassword && { password: null }),
  }
}

function abilitiesOf({ gives, takesFiles }: Draft): LinkAbility[] {
  if (gives === 'upload') return ['upload']
  const seen: LinkAbility[] = gives === 'download' ? ['view', 'download'] : ['view']
  return takesFiles ? [...seen, 'upload'] : seen
}

function endOf({ life, day }: Draft, now: number): string | undefined {
  if (life === 'day') return new Date(endOfDay(day)).toISOString()
  const length = LENGTHS[life]
  return length === undefined ? undefined : new Date(now + length).toISOString()
}

/** The last second of a day, where the reader is. */
const endOfDay = (day: string): number => new Date(`${day}T23:59:59`).getTime()

function limitOf({ gives, maxDownloads }: Draft): number | null {
  return gives !== 'download' || maxDownloads === '' ? null : Number(maxDownloads)
}
