import type { File } from '@trove/contract/files'
import { useInfiniteQuery } from '@tanstack/react-query'
import { FilePicture } from '../files/FilePicture.tsx'
import { NoMatchPicture } from '../files/index.ts'
import { DuplicateGroups } from '../finding/DuplicateGroups.tsx'
import { duplicatesQuery } from '../finding/queries.ts'
import { useOrganization } from '../organizations/index.ts'
import { Bar } from '../ui/Bar.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { Problem } from '../ui/Problem.tsx'
import { ShowMore } from '../ui/ShowMore.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'

const WIDTH = 240
const HEIGHT = 180

/** Pictures and videos that look the same, to be looked at side by side. */
export function DuplicatesPage({ onOpen }: { onOpen: (file: File) => void }) {
  const organization = useOrganization()
  const found = useInfiniteQuery(duplicatesQuery(organization.id))
  const groups = found.data?.pages.flatMap(({ items }) => items) ?? []
  return (
    <>
      <Bar slot="title">
        <h1 className="truncate text-base font-semibold">Duplicates</h1>
      </Bar>
      <div className="h-full overflow-y-auto">
        <div className="mx-auto flex min-h-full w-full max-w-5xl flex-col gap-6 px-4 py-6 max-sm:px-2">
          {found.isPending && <Skeleton className="h-72" />}
          {found.isError && <Problem error={found.error} onRetry={() => void found.refetch()} />}
          {found.isSuccess && groups.length === 0 && (
            <EmptyState picture={<NoMatchPicture />} title="No duplicates">
              Pictures and videos that look the same stand here side by side, whatever their size, format or name.
            </EmptyState>
          )}
          {groups.length > 0 && (
            <DuplicateGroups
              organizationId={organization.id}
              groups={groups}
              picture={(file) => <FilePicture file={file} width={WIDTH} height={HEIGHT} fit="contain" />}
              onOpen={onOpen}
            />
          )}
          <ShowMore of={found} />
        </div>
      </div>
    </>
  )
}
