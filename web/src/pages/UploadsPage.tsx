import { useOrganization } from '../organizations/index.ts'
import { Bar } from '../ui/Bar.tsx'
import { Button } from '../ui/Button.tsx'
import { Segmented } from '../ui/Segmented.tsx'
import { useUploads } from '../uploads/index.ts'
import { SessionList, type SessionLink } from '../uploads/sessions/index.ts'
import type { UploadsSearch } from './place.ts'

/** What is and was uploaded: one's own from all devices, for owners and admins everybody's. */
export function UploadsPage({ search, onSearch, link }: UploadsPageProps) {
  const { id, role } = useOrganization()
  const { pick } = useUploads()
  const seesAll = role === 'owner' || role === 'admin'
  const whose = seesAll && search.whose === 'all' ? 'all' : 'mine'
  return (
    <div className="h-full overflow-y-auto">
      <Bar slot="title">
        <h1 className="truncate text-base font-semibold">Uploads</h1>
      </Bar>
      <div className="mx-auto flex max-w-3xl flex-col gap-5 px-5 pt-6 pb-24 sm:px-8">
        <div className="flex flex-wrap items-center gap-3">
          {seesAll && (
            <Segmented<'mine' | 'all'>
              label="Whose uploads"
              value={whose}
              onChange={(next) => onSearch({ ...search, whose: next === 'all' ? 'all' : undefined })}
              options={[
                { value: 'mine', label: 'Mine' },
                { value: 'all', label: "Everybody's" },
              ]}
            />
          )}
          <Segmented<'open' | 'any'>
            label="Which uploads"
            value={search.only ?? 'any'}
            onChange={(next) => onSearch({ ...search, only: next === 'open' ? 'open' : undefined })}
            options={[
              { value: 'any', label: 'All' },
              { value: 'open', label: 'Active' },
            ]}
          />
        </div>
        <SessionList
          key={`${id} ${whose} ${search.only}`}
          organizationId={id}
          filter={{ whose, only: search.only }}
          link={link}
          action={
            <Button tone="primary" onClick={() => pick()}>
              Choose files
            </Button>
          }
        />
      </div>
    </div>
  )
}

type UploadsPageProps = { search: UploadsSearch; onSearch: (search: UploadsSearch) => void; link: SessionLink }
