import { useQuery } from '@tanstack/react-query'
import { sentenceOf } from '../lib/api.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Progress } from '../ui/Progress.tsx'
import { trimQuery } from './queries.ts'

type CuttingProps = { trimIds: string[]; onMade: (eventId: string) => void; onClose: () => void }

/** How far the cutting is. It goes on by itself when the dialog is closed. */
export function Cutting({ trimIds, onMade, onClose }: CuttingProps) {
  return (
    <Dialog
      title="Cutting the clip"
      description="It goes on by itself when you close this. The clip appears among the events."
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

function CuttingOne({ trimId, onMade }: { trimId: string; onMade: (eventId: string) => void }) {
  const { data, error } = useQuery(trimQuery(trimId))
  if (error !== null && data === undefined) return <p className="text-sm text-danger">{sentenceOf(error)}</p>
  if (data?.status === 'failed') return <p className="text-sm text-danger">{data.failure}</p>
  const { eventId } = data ?? {}
  if (data?.status === 'done' && eventId !== undefined)
    return (
      <div className="flex items-center justify-between gap-3">
        <p className="text-sm">The clip is there.</p>
        <Button tone="primary" onClick={() => onMade(eventId)}>
          Open it
        </Button>
      </div>
    )
  return <Progress label="Cutting" share={data?.progress ?? 0} />
}
