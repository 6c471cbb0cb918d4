import type { Right, Role } from '@trove/contract/access'
import type { Principal, Reason, ResourceName } from '@trove/contract/grants'
import { formatDate } from '../lib/format.ts'
import { verbsOf } from './rights.ts'

const ROLES: Record<Role, string> = {
  owner: 'Owner of the organization',
  admin: 'Admin of the organization',
  member: 'Member of the organization',
  guest: 'Guest of the organization',
}

/** Why somebody can see something, as one would say it: `Team Nurses may view, on folder Ward 3, until 4 Dec 2026`. */
export function reasonWords(reason: Reason, about: Pick<ResourceName, 'id' | 'kind'>): string {
  switch (reason.kind) {
    case 'role':
      return ROLES[reason.role]
    case 'uploader':
      return about.kind === 'file' ? 'Uploaded it' : 'Made it'
    case 'grant': {
      const { principal, rights, on, expiresAt } = reason
      const what = `${subjectWords(principal)}${verbsOf(rights)}`
      const where = on.id === about.id ? [] : [`on ${on.kind} ${on.name}`]
      return [what, ...where, ...(expiresAt === undefined ? [] : [untilWords(expiresAt)])].join(', ')
    }
  }
}

function subjectWords({ kind, name }: Principal): string {
  if (kind === 'team') return `Team ${name} may `
  return kind === 'organization' ? `Everyone in ${name} may ` : 'May '
}

/** `until 4 Dec 2026` */
export const untilWords = (expiresAt: string) => `until ${formatDate(expiresAt)}`

type Change = { person: { id: string; name: string }; before: readonly Right[]; after: readonly Right[] }

/** What a change would do to people, in a sentence for each kind of it; nothing when it does nothing. */
export function changeSentences(changes: readonly Change[], count: number): string[] {
  const sees = changes.filter(({ before, after }) => before.length === 0 && after.length > 0)
  const loses = changes.filter(({ before, after }) => before.length > 0 && after.length === 0)
  const more = changes.filter(({ before, after }) => before.length > 0 && after.length > before.length)
  const less = changes.filter(({ before, after }) => after.length > 0 && after.length < before.length)
  const other = changes.length - sees.length - loses.length - more.length - less.length
  const unnamed = count - changes.length
  return [
    sentence(sees, 'will see this who does not now', 'will see this who do not now'),
    sentence(more, 'may do more with it than now', 'may do more with it than now'),
    sentence(less, 'may do less with it than now', 'may do less with it than now'),
    sentence(loses, 'will not see this any more', 'will not see this any more'),
    other > 0 ? `${people(other)} may do other things with it than now.` : '',
    unnamed > 0 ? `${people(unnamed, 'more ')} ${unnamed === 1 ? 'is' : 'are'} affected.` : '',
  ].filter((one) => one !== '')
}

const NAMED = 6

function sentence(changes: readonly Change[], one: string, many: string): string {
  if (changes.length === 0) return ''
  const names = changes.slice(0, NAMED).map(({ person }) => person.name)
  const rest = changes.length - names.length
  const list = rest > 0 ? `${names.join(', ')} and ${rest} more` : names.join(', ')
  return `${people(changes.length)} ${changes.length === 1 ? one : many}: ${list}.`
}

const people = (count: number, more = '') =>
  count === 1 ? `1 ${more}person` : `${new Intl.NumberFormat().format(count)} ${more}people`
