import { Failures, Queues, Running } from '../processing/index.ts'
import { Bar } from '../ui/Bar.tsx'
import { Section, Sections } from './Section.tsx'

/** What is made of files, and how far it is, for the administrators of the installation. */
export function ProcessingPage() {
  return (
    <Sections>
      <Bar slot="title">
        <h1 className="truncate text-base font-semibold">Processing</h1>
      </Bar>
      <Section
        title="Steps"
        lead="What is made of every file, step by step. What somebody looks at goes first, then new files; old files come last."
      >
        <Queues />
      </Section>
      <Section title="Running">
        <Running />
      </Section>
      <Section
        title="Failures"
        lead="The files themselves are safe. Names are shown of those that you may see yourself."
      >
        <Failures />
      </Section>
    </Sections>
  )
}
