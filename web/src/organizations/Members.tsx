import type { Role } from '@trove/contract/access'
import type { Member } from '@trove/contract/members'
import type { Organization } from '@trove/contract/organizations'
import { useQuery } from '@tanstack/react-query'
import { UserMinus, UserPlus } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { formatDate } from '../lib/format.ts'
import { sentenceOf } from '../lib/problem.ts'
import { Avatar } from '../ui/Avatar.tsx'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Field } from '../ui/Field.tsx'
import { IconButton } from '../ui/IconButton.tsx'
import { Problem } from '../ui/Problem.tsx'
import { Select } from '../ui/Select.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { Table } from '../ui/Table.tsx'
import { toast } from '../ui/toast.ts'
import { membersQuery, useAddMember, useRemoveMember } from './queries.ts'
import { roleHints, roleNames, rolesBelow } from './words.ts'

/** Who is in the organization; those who may, add and remove. */
export function Members({
  organization,
  meId,
  mayChange,
}: {
  organization: Organization
  meId: string
  mayChange: boolean
}) {
  const { data: members, error, refetch } = useQuery(membersQuery(organization.id))
  const [leaving, setLeaving] = useState<Member | undefined>(undefined)
  return (
    <div className="flex flex-col gap-4">
      {mayChange && <AddMember organization={organization} />}
      {error !== null && <Problem error={error} onRetry={() => void refetch()} />}
      {error === null && members === undefined && <Skeleton className="h-24" />}
      {members !== undefined && (
        <Table
          label="Members"
          rows={members}
          keyOf={(member) => member.userId}
          columns={[
            { title: 'Name', cell: (member) => <Who member={member} isMe={member.userId === meId} /> },
            { title: 'Role', cell: (member) => roleNames[member.role] },
            {
              title: 'Since',
              className: 'max-sm:hidden tabular whitespace-nowrap text-ink-soft',
              cell: (member) => formatDate(member.createdAt),
            },
            {
              title: 'Remove',
              hidesTitle: true,
              className: 'w-10 text-right',
              cell: (member) =>
                mayChange &&
                rolesBelow(organization.role).includes(member.role) && (
                  <IconButton
                    label={`Remove ${member.name}`}
                    tone="danger"
                    size="small"
                    icon={<UserMinus />}
                    onClick={() => setLeaving(member)}
                  />
                ),
            },
          ]}
        />
      )}
      <RemoveMember organization={organization} member={leaving} onClose={() => setLeaving(undefined)} />
    </div>
  )
}

function Who({ member, isMe }: { member: Member; isMe: boolean }) {
  return (
    <span className="flex items-center gap-2.5">
      <Avatar id={member.userId} name={member.name} />
      <span className="min-w-0">
        <span className="block truncate font-medium">
          {member.name}
          {isMe && <span className="font-normal text-ink-faint"> (you)</span>}
        </span>
        <span className="block truncate text-xs text-ink-faint">{member.email}</span>
      </span>
    </span>
  )
}

function AddMember({ organization }: { organization: Organization }) {
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<Role>('member')
  const add = useAddMember(organization.id)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    add.mutate(
      { email: email.trim(), role },
      {
        onSuccess(member) {
          setEmail('')
          toast({ title: `${member.name} is a member now`, tone: 'success' })
        },
      },
    )
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-2">
      <div className="flex flex-wrap items-end gap-2">
        <Field
          label="E-mail of somebody with an account here"
          type="email"
          required
          className="min-w-56 flex-1"
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
        <Select
          label="Role"
          className="w-32"
          value={role}
          onChange={setRole}
          options={rolesBelow(organization.role).map((value) => ({ value, label: roleNames[value] }))}
        />
        <Button
          type="submit"
          className="h-9"
          icon={<UserPlus className="size-4" />}
          isBusy={add.isPending}
          disabled={email.trim() === ''}
        >
          Add
        </Button>
      </div>
      <p className="text-xs text-ink-faint">
        {roleNames[role]}: {roleHints[role].toLowerCase()}.
      </p>
      {add.error !== null && <Problem error={add.error} shape="line" />}
    </form>
  )
}

function RemoveMember({
  organization,
  member,
  onClose,
}: {
  organization: Organization
  member: Member | undefined
  onClose: () => void
}) {
  const remove = useRemoveMember(organization.id)
  const confirm = () => {
    if (member === undefined) return
    onClose()
    remove.mutate(member, {
      onSuccess: () => toast({ title: `${member.name} was removed` }),
      onError: (error) =>
        toast({ title: `${member.name} is still a member`, detail: sentenceOf(error), tone: 'danger' }),
    })
  }
  return (
    <Dialog
      title={`Remove ${member?.name ?? ''}?`}
      isOpen={member !== undefined}
      onClose={onClose}
      actions={
        <>
          <Button tone="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button tone="danger" onClick={confirm}>
            Remove
          </Button>
        </>
      }
    >
      <p className="text-base text-ink-soft">
        They lose access to {organization.name} at once. What they uploaded stays here.
      </p>
    </Dialog>
  )
}
