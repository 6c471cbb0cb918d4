import type { Role } from '@trove/contract/access'
import type { Member } from '@trove/contract/members'
import type { Organization } from '@trove/contract/organizations'
import { useInfiniteQuery } from '@tanstack/react-query'
import { UserPlus } from 'lucide-react'
import { useDeferredValue, useState, type ReactNode } from 'react'
import { formatDate } from '../../lib/format.ts'
import { sentenceOf } from '../../lib/problem.ts'
import { Badge } from '../../ui/Badge.tsx'
import { Button } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { Field } from '../../ui/Field.tsx'
import { Select } from '../../ui/Select.tsx'
import { toast } from '../../ui/toast.ts'
import { roleNames, rolesBelow } from '../words.ts'
import { InviteDialog } from './InviteDialog.tsx'
import { Listed } from './Listed.tsx'
import { membersQuery, useUpdateMember } from './queries.ts'
import { RemoveMember } from './RemoveMember.tsx'
import { Who } from './Who.tsx'

/** Who is in the organization, or only its guests; admins change roles, remove, and invite. */
export function MembersPanel({ organization, meId, only, accessLink }: MembersPanelProps) {
  const [search, setSearch] = useState('')
  const [isInviting, setInviting] = useState(false)
  const wanted = useDeferredValue(search.trim())
  const filter = { ...(wanted !== '' && { search: wanted }), ...(only !== undefined && { role: only }) }
  const asked = useInfiniteQuery(membersQuery(organization.id, filter))
  const isAdmin = organization.role === 'owner' || organization.role === 'admin'
  const what = only === 'guest' ? 'guests' : 'people'
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-end gap-2">
        <Field
          label={`Find ${what}`}
          type="search"
          placeholder="Name or e-mail"
          maxLength={100}
          className="min-w-48 flex-1"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
        {isAdmin && (
          <Button
            tone="primary"
            className="h-9"
            icon={<UserPlus className="size-4" />}
            disabled={organization.status !== 'active'}
            onClick={() => setInviting(true)}
          >
            Invite
          </Button>
        )}
      </div>
      <Listed
        asked={asked}
        empty={
          <EmptyState title={wanted === '' ? 'No guests' : 'Nobody is called so'}>
            {wanted === ''
              ? 'A guest sees only what is shared with them: a client, a patient, an aunt.'
              : 'Look for another part of the name or of the e-mail address.'}
          </EmptyState>
        }
      >
        {(members) => <MemberList {...{ members, organization, meId, accessLink }} label={what} />}
      </Listed>
      {isInviting && (
        <InviteDialog organization={organization} firstRole={only ?? 'member'} onClose={() => setInviting(false)} />
      )}
    </div>
  )
}

type AccessLink = (userId: string, name: string) => ReactNode
type MembersPanelProps = { organization: Organization; meId: string; only?: 'guest'; accessLink?: AccessLink }

function MemberList({ members, organization, meId, label, accessLink }: MemberListProps) {
  const mayChange = (member: Member) =>
    (organization.role === 'owner' || organization.role === 'admin') &&
    rolesBelow(organization.role).includes(member.role)
  return (
    <ul
      aria-label={label === 'guests' ? 'Guests' : 'People'}
      className="flex flex-col overflow-hidden rounded-lg border border-line bg-surface text-sm"
    >
      {members.map((member) => (
        <li key={member.userId} className="flex items-center gap-3 border-b border-line px-4 py-2 last:border-0">
          <span className="min-w-0 flex-1">
            <Who id={member.userId} name={member.name} email={member.email} isMe={member.userId === meId}>
              {member.isBarred && <Badge tone="warning">kept out: no second factor, or suspended</Badge>}
            </Who>
          </span>
          {accessLink !== undefined && <span className="max-sm:hidden">{accessLink(member.userId, member.name)}</span>}
          <span className="tabular w-24 text-xs whitespace-nowrap text-ink-faint max-sm:hidden">
            {formatDate(member.createdAt)}
          </span>
          <span className="w-28 shrink-0">
            {mayChange(member) ? <RoleSelect member={member} organization={organization} /> : roleNames[member.role]}
          </span>
          <span className="flex w-7 shrink-0 justify-end">
            {mayChange(member) && member.userId !== meId && (
              <RemoveMember member={member} organization={organization} />
            )}
          </span>
        </li>
      ))}
    </ul>
  )
}

type MemberListProps = {
  members: Member[]
  organization: Organization
  meId: string
  label: string
  accessLink: AccessLink | undefined
}

function RoleSelect({ member, organization }: { member: Member; organization: Organization }) {
  const update = useUpdateMember(organization.id)
  const change = (role: Role) =>
    update.mutate(
      { userId: member.userId, role },
      {
        onSuccess: () => toast({ title: `${member.name} is ${roleNames[role].toLowerCase()} now`, tone: 'success' }),
        onError: (error) =>
          toast({ title: `${member.name} stays as they were`, detail: sentenceOf(error), tone: 'danger' }),
      },
    )
  return (
    <Select
      label={`Role of ${member.name}`}
      hidesLabel
      value={update.isPending ? (update.variables.role ?? member.role) : member.role}
      disabled={update.isPending || organization.status !== 'active'}
      onChange={change}
      options={rolesBelow(organization.role).map((value) => ({ value, label: roleNames[value] }))}
    />
  )
}
