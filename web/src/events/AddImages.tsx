import { listFiles, type File } from '@trove/contract/files'
import { MOST_PICTURES_AT_ONCE, type TimelineEvent } from '@trove/contract/timeline-events'
import { keepPreviousData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { Check } from 'lucide-react'
import { useState } from 'react'
import { call } from '../lib/api.ts'
import { cx } from '../lib/cx.ts'
import { formatCount } from '../lib/format.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Problem } from '../ui/Problem.tsx'
import { SearchField } from '../ui/SearchField.tsx'
import { ShowMore } from '../ui/ShowMore.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { addFiles } from './deeds.ts'
import { Thumb } from './Thumb.tsx'

const PAGE_SIZE = 60
const SKELETONS = 12

type AddImagesProps = {
  event: TimelineEvent
  /** What is in it already. */
  shown: ReadonlySet<string>
  onClose: () => void
}

/** Chooses images of the library for a series. They come in at its end, in the order in which they were chosen. */
export function AddImages({ event, shown, onClose }: AddImagesProps) {
  const queries = useQueryClient()
  const [name, setName] = useState('')
  const [chosen, setChosen] = useState<readonly File[]>([])
  const [isBusy, setBusy] = useState(false)
  const listed = useImages(event.organizationId, name)
  const images = listed.data?.pages.flatMap((page) => page.items) ?? []
  const toggle = (file: File) =>
    setChosen((now) => {
      if (now.some(({ id }) => id === file.id)) return now.filter(({ id }) => id !== file.id)
      return now.length < MOST_PICTURES_AT_ONCE ? [...now, file] : now
    })
  const add = async () => {
    setBusy(true)
    const isAdded = await addFiles(queries, event, chosen)
    setBusy(false)
    if (isAdded) onClose()
  }
  return (
    <Dialog
      title={`Add images to ${event.title}`}
      description="They come in at the end, in the order in which you choose them. The files stay where they are."
      isOpen
      onClose={onClose}
      width="wide"
      actions={
        <>
          <Button tone="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button tone="primary" isBusy={isBusy} disabled={chosen.length === 0} onClick={() => void add()}>
            {chosen.length === 0 ? 'Add images' : `Add ${formatCount(chosen.length, 'image')}`}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <SearchField label="Find by name" value={name} onSearch={setName} />
        {listed.error !== null && listed.data === undefined ? (
          <Problem error={listed.error} onRetry={() => void listed.refetch()} />
        ) : listed.data === undefined ? (
          <Coming />
        ) : images.length === 0 ? (
          <p className="py-8 text-center text-sm text-ink-soft">
            {name === '' ? 'There are no images in the library yet.' : `No image is called “${name}”.`}
          </p>
        ) : (
          <ul aria-label="Images" className="grid grid-cols-3 gap-2 sm:grid-cols-5">
            {images.map((file) => (
              <Choice
                key={file.id}
                file={file}
                isIn={shown.has(file.id)}
                place={chosen.findIndex(({ id }) => id === file.id)}
                onToggle={() => toggle(file)}
              />
            ))}
          </ul>
        )}
        <ShowMore of={listed} className="self-center" />
      </div>
    </Dialog>
  )
}

const useImages = (organizationId: string, name: string) =>
  useInfiniteQuery({
    queryKey: ['images-to-add', organizationId, name],
    queryFn: ({ pageParam, signal }) => {
      const query = {
        kind: 'image' as const,
        limit: PAGE_SIZE,
        ...(name !== '' && { name }),
        ...(pageParam !== '' && { cursor: pageParam }),
      }
      return call(listFiles, { params: { organizationId }, query }, signal)
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  })

type ChoiceProps = {
  file: File
  /** In the series already: once is enough. */
  isIn: boolean
  /** Where it stands among the chosen, counted from 0; -1 when it is not one of them. */
  place: number
  onToggle: () => void
}

function Choice({ file, isIn, place, onToggle }: ChoiceProps) {
  const isChosen = place !== -1
  return (
    <li>
      <button
        type="button"
        role="checkbox"
        aria-checked={isChosen || isIn}
        disabled={isIn}
        aria-label={isIn ? `${file.name}, in the series already` : file.name}
        title={file.name}
        onClick={onToggle}
        className={cx(
          'relative block aspect-square w-full overflow-hidden rounded-md -outline-offset-2',
          isIn && 'opacity-40',
          isChosen && 'ring-2 ring-accent ring-offset-2 ring-offset-surface',
        )}
      >
        <Thumb file={file} />
        {isChosen && (
          <span className="absolute top-1.5 left-1.5 flex h-5 min-w-5 items-center justify-center gap-0.5 rounded-full bg-accent px-1 text-xs text-on-accent">
            <Check aria-hidden className="size-3" />
            <span className="tabular">{place + 1}</span>
          </span>
        )}
      </button>
    </li>
  )
}

function Coming() {
  return (
    <div role="status" aria-label="Images are on their way" className="grid grid-cols-3 gap-2 sm:grid-cols-5">
      {Array.from({ length: SKELETONS }, (_, i) => (
        <Skeleton key={i} className="aspect-square rounded-md" />
      ))}
    </div>
  )
}
