import { DamagedList, IntegrityOverview } from '../integrity/index.ts'
import { Bar } from '../ui/Bar.tsx'
import { Section, Sections } from './Section.tsx'

/** How well the bytes of the installation are known to be what was uploaded, for its administrators. */
export function IntegrityPage() {
  return (
    <Sections>
      <Bar slot="title">
        <h1 className="truncate text-base font-semibold">Integrity</h1>
      </Bar>
      <Section
        title="Integrity"
        lead="Stored bytes are read again and compared with what was uploaded. Nothing is deleted by that."
      >
        <IntegrityOverview />
      </Section>
      <Section
        title="Damaged"
        lead="Files are told as damaged and their originals are given to nobody, until the same bytes are uploaded again or a backup is restored."
      >
        <DamagedList />
      </Section>
    </Sections>
  )
}
