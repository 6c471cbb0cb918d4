import type { Me } from '@trove/contract/identity'
import { QuotaBar, useOrganization } from '../organizations/index.ts'
import { KindsField } from '../organizations/KindsField.tsx'
import { Members } from '../organizations/Members.tsx'
import { OrganizationForm } from '../organizations/OrganizationForm.tsx'
import { Bar } from '../ui/Bar.tsx'
import { Section, Sections } from './Section.tsx'

/** What an organization is, who is in it, and what it holds. */
export function SettingsPage({ me }: { me: Me }) {
  const organization = useOrganization()
  const mayChange = organization.role !== 'member'
  return (
    <Sections>
      <Bar slot="title">
        <h1 className="truncate text-base font-semibold">Settings</h1>
      </Bar>
      <Section title="Organization" {...(mayChange ? {} : { lead: 'Its owners and admins can change this.' })}>
        <OrganizationForm key={organization.id} organization={organization} mayChange={mayChange} />
      </Section>
      <Section
        title="Storage"
        lead="Originals count, those in the trash too; previews do not. The same file twice counts once."
      >
        {organization.quota !== undefined && <QuotaBar quota={organization.quota} />}
      </Section>
      <Section
        title="Members"
        lead={organization.role === 'member' ? undefined : 'Owners and admins see all files; a member sees their own.'}
      >
        <Members organization={organization} meId={me.id} mayChange={mayChange} />
      </Section>
      <Section
        title="Accepted files"
        lead="What a file is, is read from its bytes, not from its name. Files that are here already stay."
      >
        <KindsField organization={organization} mayChange={mayChange} />
      </Section>
    </Sections>
  )
}
