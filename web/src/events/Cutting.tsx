import { useQueries, useQuery } from '@tanstack/react-query'
import { sentenceOf } from '../lib/api.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Progress } from '../ui/Progress.tsx'
import { trimQuery } from './queries.ts'

type CuttingProps = { trimIds: string[]; onMade: (eventId: string) => void; onClose: () => void }

/** How far the cutting is. It goes on by itself when the dialog is closed. */
export function Cutting({ trimIds, onMade, onClose }: CuttingProps) {
  const states = useQueries({
    queries: trimIds.map(trimQuery),
    combine: (trims) => trims.map(({ data }) => data?.status),
  })
  const words = wordsOf(states)
  return (
    <Dialog
      title={words.title}
      description={words.description}
      isOpen
      onClose={onClose}
      actions={<Button onClick={onClose}>Close</Button>}
    >
      <div className="flex flex-col gap-4">
        {trimIds.map((trimId) => (
          <CuttingOne
            key={trimId}
            trimId={trimId}
            onMade={(eventId) => {
              onClose()
              onMade(eventId)
            }}
          />
        ))}
      </div>
    </Dialog>
  )
}

function wordsOf(states: readonly (string | undefined)[]): { title: string; description: string } {
  const one = states.length === 1
  const goesOn = states.some((state) => state !== 'done' && state !== 'failed')
  if (goesOn)
    return {
      title: one ? 'Cutting the clip' : 'Cutting the clips',
      description: 'It goes on by itself when you close this. What has been cut appears among the events.',
    }
  if (states.includes('failed'))
    return {
      title: one ? 'The clip could not be cut' : 'Not every clip could be cut',
      description: 'The video stays as it is.',
    }
  return one
    ? { title: 'The clip is ready', description: 'It stands among the events, and the video stays as it is.' }
    : { title: 'The clips are ready', description: 'They stand among the events, and the videos stay as they are.' }
}

function CuttingOne({ trimId, onMade }: { trimId: string; onMade: (eventId: string) => void }) {
  const { data, error } = useQuery(trimQuery(trimId))
  if (error !== null && data === undefined) return <p className="text-sm text-danger">{sentenceOf(error)}</p>
  if (data?.status === 'failed') return <p className="text-sm text-danger">{data.failure}</p>
  const { eventId } = data ?? {}
  if (data?.status === 'done' && eventId !== undefined)
    return (
      <div className="flex items-center justify-between gap-3">
        <p className="text-sm">It has been cut.</p>
        <Button tone="primary" onClick={() => onMade(eventId)}>
          Open it
        </Button>
      </div>
    )
  return <Progress label="Cutting" share={data?.progress ?? 0} />
}
