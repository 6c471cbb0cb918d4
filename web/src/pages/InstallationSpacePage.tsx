import { InstallationSpace } from '../space/index.ts'
import { Bar } from '../ui/Bar.tsx'
import { Section, Sections } from './Section.tsx'

/** What the installation keeps, for its administrators. */
export function InstallationSpacePage() {
  return (
    <Sections>
      <Bar slot="title">
        <h1 className="truncate text-base font-semibold">Space</h1>
      </Bar>
      <Section title="Space" lead="Who holds how much. Limits are set under Installation.">
        <InstallationSpace />
      </Section>
    </Sections>
  )
}
