import type { Organization } from '@trove/contract/organizations'
import type { Team } from '@trove/contract/teams'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { Field } from '../../ui/Field.tsx'
import { Problem } from '../../ui/Problem.tsx'
import { Select } from '../../ui/Select.tsx'
import { TextArea } from '../../ui/TextArea.tsx'
import { toast } from '../../ui/toast.ts'
import { membersQuery, useSaveTeam, useTeamActions } from './queries.ts'

const NOBODY = 'nobody'

/** A new team, or what one is called and who leads it. */
export function TeamDialog({ organization, team, onClose }: TeamDialogProps) {
  const [name, setName] = useState(team?.name ?? '')
  const [description, setDescription] = useState(team?.description ?? '')
  const [leadId, setLeadId] = useState(team?.lead?.id ?? NOBODY)
  const save = useSaveTeam(organization.id, team?.id)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const fields = { name: name.trim(), description: description.trim(), leadId: leadId === NOBODY ? null : leadId }
    save.mutate(fields, { onSuccess: onClose })
  }
  return (
    <Dialog title={team === undefined ? 'New team' : `Change ${team.name}`} isOpen onClose={onClose}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Field
          label="Name"
          autoFocus
          required
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <TextArea
          label="What it does (optional)"
          rows={2}
          maxLength={500}
          value={description}
          onChange={(event) => setDescription(event.target.value)}
        />
        <LeadChoice organization={organization} team={team} value={leadId} onChange={setLeadId} />
        {save.error !== null && <Problem error={save.error} shape="line" />}
        <div className="flex items-center justify-end gap-2">
          {team !== undefined && <DeleteTeam organization={organization} team={team} onDeleted={onClose} />}
          <Button tone="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button tone="primary" type="submit" disabled={name.trim() === ''} isBusy={save.isPending}>
            {team === undefined ? 'Create team' : 'Save changes'}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

type TeamDialogProps = { organization: Organization; team: Team | undefined; onClose: () => void }

function LeadChoice({
  organization,
  team,
  value,
  onChange,
}: {
  organization: Organization
  team: Team | undefined
  value: string
  onChange: (userId: string) => void
}) {
  const { data: members = [] } = useInfiniteQuery(membersQuery(organization.id, {}))
  const leads = members.filter(({ role }) => role !== 'guest')
  const isListed = team?.lead === undefined || leads.some(({ userId }) => userId === team.lead?.id)
  return (
    <Select
      label="Lead"
      value={value}
      onChange={onChange}
      options={[
        { value: NOBODY, label: 'Nobody' },
        ...(isListed || team.lead === undefined ? [] : [{ value: team.lead.id, label: team.lead.name }]),
        ...leads.map(({ userId, name }) => ({ value: userId, label: name })),
      ]}
    />
  )
}

/** The first press asks, the second does. */
function DeleteTeam({
  organization,
  team,
  onDeleted,
}: {
  organization: Organization
  team: Team
  onDeleted: () => void
}) {
  const [isSure, setSure] = useState(false)
  const { erase } = useTeamActions(organization.id, team.id)
  const press = () => {
    if (!isSure) return setSure(true)
    erase.mutate(undefined, {
      onSuccess() {
        toast({ title: `${team.name} is gone`, detail: 'What was shared with it is not shared any more.' })
        onDeleted()
      },
    })
  }
  return (
    <Button tone="danger" className="mr-auto" isBusy={erase.isPending} onClick={press}>
      {isSure ? 'Really delete' : 'Delete team'}
    </Button>
  )
}
