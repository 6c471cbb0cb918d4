import { UpkeepList } from '../upkeep/index.ts'
import { Bar } from '../ui/Bar.tsx'
import { Section, Sections } from './Section.tsx'

/** What the installation does by itself, for its administrators. */
export function UpkeepPage() {
  return (
    <Sections>
      <Bar slot="title">
        <h1 className="truncate text-base font-semibold">Upkeep</h1>
      </Bar>
      <Section
        title="Upkeep"
        lead="What Trove does by the clock. A dry run counts what it would do and changes nothing."
      >
        <UpkeepList />
      </Section>
    </Sections>
  )
}
