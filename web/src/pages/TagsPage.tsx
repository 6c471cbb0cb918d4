import type { CountedTag } from '@trove/contract/tags'
import type { ReactNode } from 'react'
import { TagList } from '../files/tags/TagList.tsx'
import { useOrganization } from '../organizations/index.ts'
import { Bar } from '../ui/Bar.tsx'
import { Section, Sections } from './Section.tsx'

/** The tags of an organization in one place. */
export function TagsPage({ link }: { link: (tag: CountedTag, children: ReactNode) => ReactNode }) {
  const { id, name } = useOrganization()
  return (
    <Sections>
      <Bar slot="title">
        <h1 className="truncate text-base font-semibold">Tags</h1>
      </Bar>
      <Section
        title={`Tags of ${name}`}
        lead="A tag is renamed, merged and deleted by whoever made it, and by owners and admins. Counted are files that you can see."
      >
        <TagList key={id} organizationId={id} link={link} />
      </Section>
    </Sections>
  )
}
