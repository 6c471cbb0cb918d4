import type { Role } from '@trove/contract/access'
import type { Organization } from '@trove/contract/organizations'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { Button } from '../../ui/Button.tsx'
import { Checkbox } from '../../ui/Checkbox.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { Field } from '../../ui/Field.tsx'
import { Problem } from '../../ui/Problem.tsx'
import { Select } from '../../ui/Select.tsx'
import { TextArea } from '../../ui/TextArea.tsx'
import { toast } from '../../ui/toast.ts'
import { roleHints, roleNames, rolesBelow } from '../words.ts'
import { teamsQuery, useInvite } from './queries.ts'

/** Offers membership by e-mail. It stays open for the next one. */
export function InviteDialog({ organization, firstRole, onClose }: InviteDialogProps) {
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<Role>(firstRole)
  const [message, setMessage] = useState('')
  const [teamIds, setTeamIds] = useState<string[]>([])
  const send = useInvite(organization.id)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    send.mutate(
      { email: email.trim(), role, teamIds, message: message.trim() },
      {
        onSuccess(invitation) {
          setEmail('')
          toast({ title: `${invitation.email} is invited`, tone: 'success' })
          onClose()
        },
      },
    )
  }
  return (
    <Dialog
      title={`Invite somebody to ${organization.name}`}
      description="They get a letter with a link, good for seven days and for their address alone."
      isOpen
      onClose={onClose}
    >
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Field
          label="E-mail"
          type="email"
          required
          autoFocus
          maxLength={254}
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
        <div>
          <Select
            label="Role"
            value={role}
            onChange={setRole}
            options={rolesBelow(organization.role).map((value) => ({ value, label: roleNames[value] }))}
          />
          <p className="mt-1.5 text-xs text-ink-faint">{roleHints[role]}.</p>
        </div>
        <TeamChoice organizationId={organization.id} chosen={teamIds} onChange={setTeamIds} />
        <TextArea
          label="A few words (optional)"
          rows={3}
          maxLength={1000}
          value={message}
          onChange={(event) => setMessage(event.target.value)}
        />
        {send.error !== null && <Problem error={send.error} shape="line" />}
        <div className="flex justify-end gap-2">
          <Button tone="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button tone="primary" type="submit" disabled={email.trim() === ''} isBusy={send.isPending}>
            Send invitation
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

type InviteDialogProps = { organization: Organization; firstRole: Role; onClose: () => void }

function TeamChoice({
  organizationId,
  chosen,
  onChange,
}: {
  organizationId: string
  chosen: string[]
  onChange: (teamIds: string[]) => void
}) {
  const { data: teams = [] } = useInfiniteQuery(teamsQuery(organizationId))
  if (teams.length === 0) return null
  return (
    <fieldset>
      <legend className="mb-1.5 text-sm font-medium">Teams (optional)</legend>
      <div className="flex max-h-32 flex-col gap-1.5 overflow-y-auto">
        {teams.map(({ id, name }) => (
          <Checkbox
            key={id}
            isChecked={chosen.includes(id)}
            onChange={(isChosen) => onChange(isChosen ? [...chosen, id] : chosen.filter((one) => one !== id))}
          >
            {name}
          </Checkbox>
        ))}
      </div>
    </fieldset>
  )
}
