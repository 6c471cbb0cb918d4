import type { Organization } from '@trove/contract/organizations'
import type { Team } from '@trove/contract/teams'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Plus, UserMinus } from 'lucide-react'
import { useDeferredValue, useState } from 'react'
import { sentenceOf } from '../../lib/problem.ts'
import { Badge } from '../../ui/Badge.tsx'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { Field } from '../../ui/Field.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { toast } from '../../ui/toast.ts'
import { Listed } from './Listed.tsx'
import { membersQuery, teamMembersQuery, useTeamActions } from './queries.ts'
import { Who } from './Who.tsx'

const OFFERED = 5

/** Who is in a team; admins and its lead put people in and take them out. */
export function TeamPeople({ organization, team, meId, onClose }: TeamPeopleProps) {
  const asked = useInfiniteQuery(teamMembersQuery(organization.id, team.id))
  const { remove } = useTeamActions(organization.id, team.id)
  const take = (userId: string, name: string) =>
    remove.mutate(userId, {
      onError: (error) => toast({ title: `${name} is still in it`, detail: sentenceOf(error), tone: 'danger' }),
    })
  return (
    <Dialog
      title={team.name}
      {...(team.description === '' ? {} : { description: team.description })}
      isOpen
      onClose={onClose}
    >
      <div className="flex flex-col gap-5">
        {team.mayChangeMembers && organization.status === 'active' && (
          <AddPeople organization={organization} team={team} inIt={asked.data?.map(({ userId }) => userId) ?? []} />
        )}
        <Listed asked={asked} empty={<p className="text-sm text-ink-soft">Nobody is in this team yet.</p>}>
          {(people) => (
            <ul aria-label={`People in ${team.name}`} className="flex flex-col gap-2.5">
              {people.map(({ userId, name, email, isLead }) => (
                <li key={userId} className="flex items-center gap-3 text-sm">
                  <span className="min-w-0 flex-1">
                    <Who id={userId} name={name} email={email} isMe={userId === meId}>
                      {isLead && <Badge>lead</Badge>}
                    </Who>
                  </span>
                  {(team.mayChangeMembers || userId === meId) && (
                    <IconButton
                      label={userId === meId ? `Leave ${team.name}` : `Take ${name} out`}
                      tone="danger"
                      size="small"
                      icon={<UserMinus />}
                      disabled={remove.isPending}
                      onClick={() => take(userId, name)}
                    />
                  )}
                </li>
              ))}
            </ul>
          )}
        </Listed>
      </div>
    </Dialog>
  )
}

type TeamPeopleProps = { organization: Organization; team: Team; meId: string; onClose: () => void }

function AddPeople({ organization, team, inIt }: { organization: Organization; team: Team; inIt: string[] }) {
  const [search, setSearch] = useState('')
  const wanted = useDeferredValue(search.trim())
  const { data: found = [] } = useInfiniteQuery({
    ...membersQuery(organization.id, { search: wanted }),
    enabled: wanted !== '',
  })
  const { add } = useTeamActions(organization.id, team.id)
  const offered = wanted === '' ? [] : found.filter(({ userId }) => !inIt.includes(userId)).slice(0, OFFERED)
  const put = (userId: string, name: string) =>
    add.mutate(userId, {
      onSuccess: () => setSearch(''),
      onError: (error) => toast({ title: `${name} is not in it`, detail: sentenceOf(error), tone: 'danger' }),
    })
  return (
    <div className="flex flex-col gap-2">
      <Field
        label="Add somebody of the organization"
        type="search"
        autoFocus
        placeholder="Name or e-mail"
        maxLength={100}
        value={search}
        onChange={(event) => setSearch(event.target.value)}
        hint={wanted !== '' && offered.length === 0 ? 'Nobody else is called so here.' : undefined}
      />
      {offered.length > 0 && (
        <ul aria-label="Found" className="flex flex-col gap-2 rounded-md border border-line p-2">
          {offered.map(({ userId, name, email }) => (
            <li key={userId} className="flex items-center gap-3 text-sm">
              <span className="min-w-0 flex-1">
                <Who id={userId} name={name} email={email} />
              </span>
              <Button
                size="small"
                icon={<Plus className="size-3.5" />}
                aria-label={`Add ${name}`}
                disabled={add.isPending}
                onClick={() => put(userId, name)}
              >
                Add
              </Button>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
