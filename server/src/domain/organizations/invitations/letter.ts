import type { Role } from '@trove/contract/access'
import type { Letter } from '../../../platform/mail/index.ts'
import { offerPath } from './rules.ts'
import type { InvitationRow } from './store.ts'

const AS: Record<Role, string> = { owner: 'an owner', admin: 'an admin', member: 'a member', guest: 'a guest' }

/** The letter that carries the token. */
export function letterOf(row: InvitationRow, organizationName: string, token: string): Letter {
  const until = row.expiresAt.toISOString().slice(0, 10)
  const paragraphs = [
    `${row.invitedByName} invites you to join ${organizationName} as ${AS[row.role]}.`,
    ...(row.message.trim() === '' ? [] : [`${row.invitedByName} writes:\n${row.message.trim()}`]),
    `The invitation is for ${row.email} and can be used once, until ${until}. You see what it is about before you decide; if you did not expect it, decline it or do nothing.`,
  ]
  return {
    to: row.email,
    subject: `${oneLine(row.invitedByName)} invites you to ${oneLine(organizationName)}`,
    text: paragraphs.join('\n\n'),
    link: { label: 'See the invitation', path: offerPath(token) },
    expiresAt: row.expiresAt,
  }
}

const oneLine = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim()
