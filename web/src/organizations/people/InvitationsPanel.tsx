import type { Invitation, InvitationStatus } from '@trove/contract/invitations'
import type { Organization } from '@trove/contract/organizations'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Send, UserPlus, X } from 'lucide-react'
import { useState } from 'react'
import { daysUntil, formatCount, formatDate } from '../../lib/format.ts'
import { sentenceOf } from '../../lib/problem.ts'
import { Badge } from '../../ui/Badge.tsx'
import { Button } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { toast } from '../../ui/toast.ts'
import { roleNames, rolesBelow } from '../words.ts'
import { InviteDialog } from './InviteDialog.tsx'
import { Listed } from './Listed.tsx'
import { invitationsQuery, useInvitationActions } from './queries.ts'

/** Offers of membership and what became of them; for admins. */
export function InvitationsPanel({ organization }: { organization: Organization }) {
  const asked = useInfiniteQuery(invitationsQuery(organization.id))
  const [isInviting, setInviting] = useState(false)
  const inviteButton = (
    <Button
      tone="primary"
      icon={<UserPlus className="size-4" />}
      disabled={organization.status !== 'active'}
      onClick={() => setInviting(true)}
    >
      Invite
    </Button>
  )
  return (
    <div className="flex flex-col gap-4">
      <Listed
        asked={asked}
        empty={
          <EmptyState title="Nobody has been invited" action={inviteButton}>
            Whoever you invite gets a letter and decides; they need no account yet.
          </EmptyState>
        }
      >
        {(invitations) => (
          <>
            <div className="flex justify-end">{inviteButton}</div>
            <ul
              aria-label="Invitations"
              className="flex flex-col overflow-hidden rounded-lg border border-line bg-surface text-sm"
            >
              {invitations.map((invitation) => (
                <li
                  key={invitation.id}
                  className="flex items-center gap-3 border-b border-line px-4 py-2.5 last:border-0"
                >
                  <Invited invitation={invitation} />
                  <State invitation={invitation} />
                  <Actions invitation={invitation} organization={organization} />
                </li>
              ))}
            </ul>
          </>
        )}
      </Listed>
      {isInviting && <InviteDialog organization={organization} firstRole="member" onClose={() => setInviting(false)} />}
    </div>
  )
}

function Invited({ invitation }: { invitation: Invitation }) {
  const { email, role, invitedBy, sentAt, teams } = invitation
  return (
    <span className="block min-w-0 flex-1">
      <span className="block truncate font-medium">{email}</span>
      <span className="block text-xs text-ink-faint">
        {roleNames[role]}, by {invitedBy.name}, {formatDate(sentAt)}
        {teams.length > 0 && ` · ${teams.map(({ name }) => name).join(', ')}`}
      </span>
    </span>
  )
}

const TONES: Record<InvitationStatus, 'accent' | 'success' | 'plain' | 'warning'> = {
  pending: 'accent',
  accepted: 'success',
  declined: 'plain',
  withdrawn: 'plain',
  expired: 'warning',
}

function State({ invitation: { status, expiresAt } }: { invitation: Invitation }) {
  return (
    <span className="flex shrink-0 flex-col items-end gap-0.5">
      <Badge tone={TONES[status]}>{status}</Badge>
      {status === 'pending' && (
        <span className="text-xs whitespace-nowrap text-ink-faint">
          {formatCount(Math.max(0, daysUntil(Date.parse(expiresAt))), 'day')} left
        </span>
      )}
    </span>
  )
}

function Actions({ invitation, organization }: { invitation: Invitation; organization: Organization }) {
  const { resend, withdraw } = useInvitationActions(organization.id)
  const { id, email, status, role } = invitation
  if (status !== 'pending' && status !== 'expired') return null
  if (!rolesBelow(organization.role).includes(role)) return null
  const failed = (error: Error) => toast({ title: 'That did not work', detail: sentenceOf(error), tone: 'danger' })
  return (
    <span className="flex shrink-0 gap-1">
      <IconButton
        label={`Send again to ${email}`}
        size="small"
        icon={<Send />}
        disabled={resend.isPending || organization.status !== 'active'}
        onClick={() =>
          resend.mutate(id, {
            onSuccess: () =>
              toast({ title: `Sent again to ${email}`, detail: 'The link before opens nothing now.', tone: 'success' }),
            onError: failed,
          })
        }
      />
      <IconButton
        label={`Withdraw the invitation of ${email}`}
        tone="danger"
        size="small"
        icon={<X />}
        disabled={withdraw.isPending}
        onClick={() =>
          withdraw.mutate(id, {
            onSuccess: () => toast({ title: `${email} is not invited any more` }),
            onError: failed,
          })
        }
      />
    </span>
  )
}
