import type { File } from '@trove/contract/files'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { formatCount } from '../lib/format.ts'
import { Button } from '../ui/Button.tsx'
import { Select } from '../ui/Select.tsx'
import { addFiles } from './deeds.ts'
import { eventsQuery } from './queries.ts'

type AddToSeriesProps = { organizationId: string; files: readonly File[]; onAdded: (eventId: string) => void }

/** Instead of something new: images go into a series that there is. */
export function AddToSeries({ organizationId, files, onAdded }: AddToSeriesProps) {
  const queries = useQueryClient()
  const { data = [] } = useInfiniteQuery(eventsQuery(organizationId, { kind: 'series' }))
  const open = data.filter(({ rights }) => rights.includes('write'))
  const [chosen, setChosen] = useState<string | undefined>(undefined)
  const [isBusy, setBusy] = useState(false)
  const series = open.find(({ id }) => id === (chosen ?? open[0]?.id))
  if (series === undefined) return null
  const add = async () => {
    setBusy(true)
    const isAdded = await addFiles(queries, series, files)
    setBusy(false)
    if (isAdded) onAdded(series.id)
  }
  return (
    <section aria-label="Add to a series" className="flex flex-wrap items-end gap-2 border-t border-line pt-4">
      <div className="min-w-48 flex-1">
        <Select
          label="Or add to a series that there is"
          value={series.id}
          onChange={setChosen}
          options={open.map(({ id, title, pictureCount }) => ({
            value: id,
            label: `${title} (${formatCount(pictureCount, 'image')})`,
          }))}
        />
      </div>
      <Button isBusy={isBusy} onClick={() => void add()}>
        Add {formatCount(files.length, 'image')}
      </Button>
    </section>
  )
}
