import type { Me } from '@trove/contract/identity'
import type { ReactNode } from 'react'
import { useOrganization } from '../organizations/index.ts'
import { InvitationsPanel } from '../organizations/people/InvitationsPanel.tsx'
import { MembersPanel } from '../organizations/people/MembersPanel.tsx'
import { TeamsPanel } from '../organizations/people/TeamsPanel.tsx'
import { Bar } from '../ui/Bar.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { Tabs } from '../ui/Tabs.tsx'
import { Sections } from './Section.tsx'
import type { PeopleTab } from './place.ts'

/** Who is in the organization, in which teams, and who has been invited. */
export function PeoplePage({ me, tab, onTab, accessLink }: PeoplePageProps) {
  const organization = useOrganization()
  const isAdmin = organization.role === 'owner' || organization.role === 'admin'
  const links = isAdmin ? { accessLink } : {}
  const shown = tab === 'invitations' && !isAdmin ? 'members' : tab
  return (
    <Sections>
      <Bar slot="title">
        <h1 className="truncate text-base font-semibold">People</h1>
      </Bar>
      {organization.role === 'guest' ? (
        <EmptyState title="You are a guest here">
          Guests see what is shared with them, and not who else is in {organization.name}.
        </EmptyState>
      ) : (
        <Tabs
          label="People"
          value={shown}
          onChange={onTab}
          tabs={[
            { value: 'members', label: 'Everybody' },
            { value: 'guests', label: 'Guests' },
            { value: 'teams', label: 'Teams' },
            ...(isAdmin ? [{ value: 'invitations', label: 'Invitations' } as const] : []),
          ]}
        >
          {shown === 'members' && (
            <MembersPanel key={organization.id} organization={organization} meId={me.id} {...links} />
          )}
          {shown === 'guests' && (
            <MembersPanel
              key={`${organization.id} guests`}
              organization={organization}
              meId={me.id}
              only="guest"
              {...links}
            />
          )}
          {shown === 'teams' && <TeamsPanel key={organization.id} organization={organization} meId={me.id} />}
          {shown === 'invitations' && <InvitationsPanel key={organization.id} organization={organization} />}
        </Tabs>
      )}
    </Sections>
  )
}

type PeoplePageProps = {
  me: Me
  tab: PeopleTab
  onTab: (tab: PeopleTab) => void
  /** Leads to what a person can see; for admins. */
  accessLink: (userId: string, name: string) => ReactNode
}
