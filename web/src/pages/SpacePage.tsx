import type { SpaceDimension, SpacePart } from '@trove/contract/space'
import { useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { kindNames } from '../files/index.ts'
import { formatBytes, formatCount } from '../lib/format.ts'
import { useOrganization } from '../organizations/index.ts'
import { SpaceBar, SpaceParts, SpaceShares, spaceQuery, type LinkTo } from '../space/index.ts'
import { Bar } from '../ui/Bar.tsx'
import { Problem } from '../ui/Problem.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { Section, Sections } from './Section.tsx'

/** Where every byte of an organization is; for members who look after nothing, theirs. */
export function SpacePage(props: SpacePageProps) {
  const organization = useOrganization()
  return (
    <Sections>
      <Bar slot="title">
        <h1 className="truncate text-base font-semibold">Space</h1>
      </Bar>
      {organization.role === 'guest' ? (
        <Section title="Space">
          <p className="text-sm text-ink-soft">What is kept here is for members to see. You are a guest.</p>
        </Section>
      ) : (
        <Measured key={organization.id} organizationId={organization.id} {...props} />
      )}
    </Sections>
  )
}

type SpacePageProps = { actions: Partial<Record<SpacePart['part'], ReactNode>>; linkTo: LinkTo }

function Measured({ organizationId, actions, linkTo }: { organizationId: string } & SpacePageProps) {
  const { data: space, error, refetch } = useQuery(spaceQuery(organizationId))
  const [by, setBy] = useState<SpaceDimension>('file')
  if (space === undefined)
    return error === null ? (
      <div aria-hidden className="flex flex-col gap-4">
        <Skeleton className="h-16" />
        <Skeleton className="h-72" />
      </div>
    ) : (
      <Problem error={error} onRetry={() => void refetch()} />
    )
  const { own, parts } = space
  return (
    <>
      <Section title="Room">
        <SpaceBar space={space} />
      </Section>
      {own !== undefined && parts === undefined && (
        <Section title="Yours" lead="Each file is counted whole, with its older versions and those in the trash.">
          <p className="tabular text-sm">
            {formatBytes(own.bytes)} in {formatCount(own.fileCount, 'file')}
          </p>
        </Section>
      )}
      {parts !== undefined && (
        <Section title="What is kept" lead="Every byte that is stored for this organization is in one of these.">
          <SpaceParts space={space} actions={actions} />
        </Section>
      )}
      {space.isMeasuring && space.measuredAt === undefined ? (
        <p role="status" className="text-sm text-ink-soft">
          It is being measured for the first time. This can take a minute.
        </p>
      ) : (
        <Section
          title={parts === undefined ? 'Your biggest files' : 'What takes it'}
          {...(parts !== undefined && {
            lead: 'Each file is counted whole, with its older versions and those in the trash, also where two share their bytes.',
          })}
        >
          <SpaceShares space={space} by={by} onBy={setBy} linkTo={linkTo} kindNames={kindNames} />
        </Section>
      )}
    </>
  )
}
