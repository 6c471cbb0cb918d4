import { useSuspenseQuery } from '@tanstack/react-query'
import { installationQuery } from '../identity/index.ts'
import { InstallationForm } from '../identity/InstallationForm.tsx'
import { AllOrganizations } from '../organizations/AllOrganizations.tsx'
import { Bar } from '../ui/Bar.tsx'
import { Section, Sections } from './Section.tsx'

/** The installation as a whole; for its administrator, who as such sees no files. */
export function AdministrationPage() {
  const { data: installation } = useSuspenseQuery(installationQuery)
  return (
    <Sections>
      <Bar slot="title">
        <h1 className="truncate text-base font-semibold">Administration</h1>
      </Bar>
      <Section title="Installation">
        <InstallationForm installation={installation} />
      </Section>
      <Section
        title="Organizations"
        lead="Storage limits are set here. Administering the installation gives no access to anybody's files."
      >
        <AllOrganizations />
      </Section>
    </Sections>
  )
}
