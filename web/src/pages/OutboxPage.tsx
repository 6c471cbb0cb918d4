import { Outbox } from '../identity/accounts/Outbox.tsx'
import { Bar } from '../ui/Bar.tsx'
import { Section, Sections } from './Section.tsx'

/** The mails of the installation, for its administrators. */
export function OutboxPage() {
  return (
    <Sections>
      <Bar slot="title">
        <h1 className="truncate text-base font-semibold">Outbox</h1>
      </Bar>
      <Section title="Outbox">
        <Outbox />
      </Section>
    </Sections>
  )
}
