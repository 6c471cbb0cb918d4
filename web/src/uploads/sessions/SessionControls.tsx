import type { UploadSession } from '@trove/contract/upload-sessions'
import { Pause, PencilLine, Play, X } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { useShortcuts } from '../../lib/keys.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { Field } from '../../ui/Field.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { Problem } from '../../ui/Problem.tsx'
import { useUploads } from '../UploadProvider.tsx'
import { useSessionDeed } from './queries.ts'
import { isOver } from './shown.ts'
import { nameOf } from './words.ts'

/** Pause or resume, and cancel: they hold for whatever device sends it. */
export function SessionControls({ session }: { session: UploadSession }) {
  const deed = useSessionDeed(session)
  const [isAsking, setAsking] = useState(false)
  const isPaused = session.status === 'paused'
  const { engine } = useUploads()
  const turn = () =>
    isPaused ? deed.mutate('resume') : deed.mutate('pause', { onSuccess: () => engine.pausedHere(session.id) })
  const isOpen = !isOver(session)
  useShortcuts(isOpen ? [{ keys: 'p', label: isPaused ? 'Resume the uploads' : 'Pause the uploads', run: turn }] : [])
  if (!isOpen) return null
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap gap-2">
        <Button
          tone={isPaused ? 'primary' : 'plain'}
          icon={isPaused ? <Play className="size-4" /> : <Pause className="size-4" />}
          isBusy={deed.isPending && deed.variables !== 'cancel'}
          onClick={turn}
        >
          {isPaused ? 'Resume' : 'Pause'}
        </Button>
        <Button tone="danger" icon={<X className="size-4" />} onClick={() => setAsking(true)}>
          Cancel
        </Button>
      </div>
      {deed.error !== null && <Problem error={deed.error} shape="line" />}
      <Dialog
        title="Cancel these uploads?"
        description="What has been uploaded completely stays. What is on its way is dropped, on whatever device."
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        actions={
          <>
            <Button onClick={() => setAsking(false)}>Keep uploading</Button>
            <Button
              tone="danger"
              onClick={() => {
                deed.mutate('cancel')
                setAsking(false)
              }}
            >
              Cancel them
            </Button>
          </>
        }
      >
        {null}
      </Dialog>
    </div>
  )
}

/** A pencil beside the name. */
export function RenameSession({ session }: { session: UploadSession }) {
  const deed = useSessionDeed(session)
  const [name, setName] = useState<string | undefined>(undefined)
  const close = () => setName(undefined)
  const wanted = name?.trim() ?? ''
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (wanted !== '') deed.mutate({ name: wanted }, { onSuccess: close })
  }
  return (
    <>
      <IconButton label="Rename" icon={<PencilLine />} size="small" onClick={() => setName(nameOf(session))} />
      <Dialog
        title="Rename"
        isOpen={name !== undefined}
        onClose={close}
        actions={
          <>
            <Button tone="quiet" onClick={close}>
              Cancel
            </Button>
            <Button tone="primary" type="submit" form="session-name" isBusy={deed.isPending} disabled={wanted === ''}>
              Rename
            </Button>
          </>
        }
      >
        <form id="session-name" onSubmit={submit} className="flex flex-col gap-3">
          <Field
            label="Name"
            value={name ?? ''}
            maxLength={200}
            autoFocus
            autoComplete="off"
            onFocus={(event) => event.target.select()}
            onChange={(event) => setName(event.target.value)}
          />
          {deed.error !== null && <Problem error={deed.error} shape="line" />}
        </form>
      </Dialog>
    </>
  )
}
