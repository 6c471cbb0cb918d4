import type { Me } from '@trove/contract/identity'
import type { Organization } from '@trove/contract/organizations'
import type { ReactNode } from 'react'
import { useOrganization } from '../organizations/index.ts'
import { Erase } from '../organizations/danger/Erase.tsx'
import { HandOver } from '../organizations/danger/HandOver.tsx'
import { Leave } from '../organizations/danger/Leave.tsx'
import { KindsField } from '../organizations/KindsField.tsx'
import { LogoField } from '../organizations/LogoField.tsx'
import { MembershipSettings } from '../organizations/MembershipSettings.tsx'
import { OrganizationForm } from '../organizations/OrganizationForm.tsx'
import { BillingForm, Plan } from '../organizations/Plan.tsx'
import { Quarantine, ScannerState } from '../quarantine/index.ts'
import { Bar } from '../ui/Bar.tsx'
import { Tabs } from '../ui/Tabs.tsx'
import type { SettingsTab } from './place.ts'
import { Section, Sections } from './Section.tsx'

/** What an organization is, what holds in it, how much room it has, and the ways out of it. */
export function SettingsPage({ me, tab, onTab, securityLink, onLeft }: SettingsPageProps) {
  const organization = useOrganization()
  const isGuest = organization.role === 'guest'
  const shown = isGuest ? 'danger' : tab === 'quarantine' && !isAdminOf(organization) ? 'general' : tab
  return (
    <Sections>
      <Bar slot="title">
        <h1 className="truncate text-base font-semibold">Settings</h1>
      </Bar>
      <Tabs
        label="Settings"
        value={shown}
        onChange={onTab}
        tabs={[
          ...(isGuest
            ? []
            : ([
                { value: 'general', label: 'General' },
                { value: 'plan', label: 'Plan and space' },
              ] as const)),
          ...(isAdminOf(organization) ? ([{ value: 'quarantine', label: 'Quarantine' }] as const) : []),
          { value: 'danger', label: organization.role === 'owner' ? 'Leave or erase' : 'Leave' },
        ]}
      >
        <div className="flex flex-col gap-10">
          {shown === 'general' && <General organization={organization} securityLink={securityLink} />}
          {shown === 'plan' && <Space organization={organization} />}
          {shown === 'quarantine' && <Scanned organization={organization} />}
          {shown === 'danger' && <Danger organization={organization} meId={me.id} onLeft={onLeft} />}
        </div>
      </Tabs>
    </Sections>
  )
}

type SettingsPageProps = {
  me: Me
  tab: SettingsTab
  onTab: (tab: SettingsTab) => void
  securityLink: ReactNode
  onLeft: () => void
}

const isAdminOf = ({ role }: Organization): boolean => role === 'owner' || role === 'admin'

function General({ organization, securityLink }: { organization: Organization; securityLink: ReactNode }) {
  const mayChange = isAdminOf(organization) && organization.status === 'active'
  return (
    <>
      <Section
        title="Organization"
        {...(isAdminOf(organization) ? {} : { lead: 'Its owners and admins can change this.' })}
      >
        <div className="flex flex-col gap-5">
          <LogoField organization={organization} mayChange={mayChange} />
          <OrganizationForm key={organization.id} organization={organization} mayChange={mayChange} />
        </div>
      </Section>
      {isAdminOf(organization) && (
        <Section title="For everybody in it">
          <MembershipSettings organization={organization} securityLink={securityLink} />
        </Section>
      )}
      <Section
        title="Accepted files"
        lead="What a file is, is read from its bytes, not from its name. Files that are here already stay."
      >
        <KindsField organization={organization} mayChange={mayChange} />
      </Section>
    </>
  )
}

function Space({ organization }: { organization: Organization }) {
  return (
    <>
      <Section
        title="Plan and space"
        lead="Originals count, those in the trash too; previews do not. The same file twice counts once."
      >
        <Plan organization={organization} />
      </Section>
      {isAdminOf(organization) && (
        <Section title="Bills">
          <BillingForm key={organization.id} organization={organization} />
        </Section>
      )}
    </>
  )
}

function Scanned({ organization }: { organization: Organization }) {
  return (
    <>
      <Section title="Virus scan">
        <ScannerState organizationId={organization.id} />
      </Section>
      <Section
        title="Quarantine"
        lead="Nobody can open what is infected. What could not be checked is for whoever uploaded it alone."
      >
        <Quarantine organizationId={organization.id} />
      </Section>
    </>
  )
}

function Danger({ organization, meId, onLeft }: { organization: Organization; meId: string; onLeft: () => void }) {
  const isOwner = organization.role === 'owner'
  return (
    <>
      {isOwner && (
        <Section title="Hand over" lead="Somebody else becomes owner, and you become admin.">
          <HandOver organization={organization} meId={meId} />
        </Section>
      )}
      <Section
        title="Leave"
        lead={isOwner ? 'Possible as long as there is another owner.' : 'What you uploaded stays here.'}
      >
        <Leave organization={organization} onLeft={onLeft} />
      </Section>
      {isOwner && (
        <Section
          title="Erase"
          lead="Everything in it, for everybody, for good. You are asked twice, and it takes days."
        >
          <Erase organization={organization} />
        </Section>
      )}
    </>
  )
}
