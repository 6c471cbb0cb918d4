import type { SecurityFilter } from '../audit/queries.ts'
import { SecurityEvents } from '../audit/SecurityEvents.tsx'
import { Bar } from '../ui/Bar.tsx'
import { Section, Sections } from './Section.tsx'

/** Security of the installation, for its administrators. */
export function SecurityEventsPage({ filter, onFilter }: SecurityEventsPageProps) {
  return (
    <Sections>
      <Bar slot="title">
        <h1 className="truncate text-base font-semibold">Security</h1>
      </Bar>
      <Section
        title="Security events"
        lead="Sign-ins and what was refused, of all accounts. Administrators are told of critical ones by mail."
      >
        <SecurityEvents filter={filter} onFilter={onFilter} />
      </Section>
    </Sections>
  )
}

type SecurityEventsPageProps = { filter: SecurityFilter; onFilter: (filter: SecurityFilter) => void }
