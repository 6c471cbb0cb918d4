import type { Offer } from '@trove/contract/invitations'
import type { ReactNode } from 'react'
import { formatDate } from '../../lib/format.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { asRole, roleHints, typeNames } from '../words.ts'

/** Who invites to what, as what: seen before anything is decided. */
export function OfferCard({ offer, children }: { offer: Offer; children?: ReactNode }) {
  const { organization, role, invitedBy, message, email, expiresAt } = offer
  return (
    <section aria-label={organization.name} className="rounded-lg border border-line bg-surface p-4">
      <div className="flex items-center gap-3">
        <Avatar id={organization.id} name={organization.name} size="large" shape="square" />
        <div className="min-w-0">
          <h2 className="truncate text-base font-semibold">{organization.name}</h2>
          <p className="text-sm text-ink-soft">{typeNames[organization.type]}</p>
        </div>
      </div>
      <p className="mt-3 text-sm">
        <strong className="font-medium">{invitedBy}</strong> invites you as {asRole[role]}.{' '}
        <span className="text-ink-soft">{roleHints[role]}.</span>
      </p>
      {message.trim() !== '' && (
        <blockquote className="mt-3 border-l-2 border-line-strong pl-3 text-sm whitespace-pre-line text-ink-soft">
          {message.trim()}
        </blockquote>
      )}
      <p className="mt-3 text-xs text-ink-faint">
        For {email}, until {formatDate(expiresAt)}.
      </p>
      {children !== undefined && <div className="mt-4 flex flex-wrap gap-2">{children}</div>}
    </section>
  )
}
