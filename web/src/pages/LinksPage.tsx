import { useState } from 'react'
import { LinksOverview } from '../links/index.ts'
import { useOrganization } from '../organizations/index.ts'
import { Bar } from '../ui/Bar.tsx'
import { Segmented } from '../ui/Segmented.tsx'

/** The links of a person in an organization; for owners and admins everybody's. */
export function LinksPage() {
  const { id, name, role } = useOrganization()
  const [whose, setWhose] = useState<'mine' | 'all'>('mine')
  const seesAll = role === 'owner' || role === 'admin'
  return (
    <div className="h-full overflow-y-auto">
      <Bar slot="title">
        <h1 className="truncate text-base font-semibold">Links</h1>
      </Bar>
      <div className="mx-auto flex max-w-3xl flex-col gap-5 px-5 pt-6 pb-24 sm:px-8">
        <div className="flex flex-wrap items-center justify-between gap-3">
          <p className="min-w-0 flex-1 basis-64 text-sm text-pretty text-ink-soft">
            Ways into {name} for people without an account. Whoever has the address of one can open it, until it ends.
          </p>
          {seesAll && (
            <Segmented<'mine' | 'all'>
              label="Whose links"
              value={whose}
              onChange={setWhose}
              options={[
                { value: 'mine', label: 'Mine' },
                { value: 'all', label: "Everybody's" },
              ]}
            />
          )}
        </div>
        <LinksOverview organizationId={id} everyone={seesAll && whose === 'all'} />
      </div>
    </div>
  )
}
