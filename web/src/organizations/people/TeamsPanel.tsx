import type { Organization } from '@trove/contract/organizations'
import type { Team } from '@trove/contract/teams'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Pencil, Plus, Users } from 'lucide-react'
import { useState } from 'react'
import { formatCount } from '../../lib/format.ts'
import { Badge } from '../../ui/Badge.tsx'
import { Button } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { Listed } from './Listed.tsx'
import { teamsQuery } from './queries.ts'
import { TeamDialog } from './TeamDialog.tsx'
import { TeamPeople } from './TeamPeople.tsx'

/** The teams, each with its people a press away. */
export function TeamsPanel({ organization, meId }: { organization: Organization; meId: string }) {
  const asked = useInfiniteQuery(teamsQuery(organization.id))
  const [edited, setEdited] = useState<Team | 'new' | undefined>(undefined)
  const [openId, setOpenId] = useState<string | undefined>(undefined)
  const open = asked.data?.find(({ id }) => id === openId)
  const mayCreate = (organization.role === 'owner' || organization.role === 'admin') && organization.status === 'active'
  const create = (
    <Button tone="primary" icon={<Plus className="size-4" />} onClick={() => setEdited('new')}>
      New team
    </Button>
  )
  return (
    <div className="flex flex-col gap-4">
      <Listed
        asked={asked}
        empty={
          <EmptyState title="No teams yet" {...(mayCreate ? { action: create } : {})}>
            Share with a team, and whoever joins it later sees what it sees.
          </EmptyState>
        }
      >
        {(teams) => (
          <>
            {mayCreate && <div className="flex justify-end">{create}</div>}
            <ul aria-label="Teams" className="flex flex-col overflow-hidden rounded-lg border border-line bg-surface">
              {teams.map((team) => (
                <TeamRow key={team.id} team={team} onOpen={() => setOpenId(team.id)} onEdit={() => setEdited(team)} />
              ))}
            </ul>
          </>
        )}
      </Listed>
      {edited !== undefined && (
        <TeamDialog
          organization={organization}
          team={edited === 'new' ? undefined : edited}
          onClose={() => setEdited(undefined)}
        />
      )}
      {open !== undefined && (
        <TeamPeople organization={organization} team={open} meId={meId} onClose={() => setOpenId(undefined)} />
      )}
    </div>
  )
}

function TeamRow({ team, onOpen, onEdit }: { team: Team; onOpen: () => void; onEdit: () => void }) {
  return (
    <li className="flex items-center gap-3 border-b border-line px-4 py-2.5 last:border-0">
      <span className="flex size-8 shrink-0 items-center justify-center rounded-md bg-active text-ink-soft">
        <Users aria-hidden className="size-4" />
      </span>
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2 text-sm font-medium">
          <span className="truncate">{team.name}</span>
          {team.isIn && <Badge tone="accent">yours</Badge>}
        </p>
        <p className="truncate text-xs text-ink-faint">
          {team.lead === undefined ? 'No lead' : `Led by ${team.lead.name}`}
          {team.description !== '' && ` · ${team.description}`}
        </p>
      </div>
      <Button
        size="small"
        onClick={onOpen}
        aria-label={`${formatCount(team.memberCount, 'person', 'people')} in ${team.name}`}
      >
        {formatCount(team.memberCount, 'person', 'people')}
      </Button>
      {team.mayChange && <IconButton label={`Change ${team.name}`} size="small" icon={<Pencil />} onClick={onEdit} />}
    </li>
  )
}
