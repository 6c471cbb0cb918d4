import { useState, type ReactNode } from 'react'
import { useStore } from '../lib/store.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { FolderTree } from './FolderTree.tsx'
import { mayMove, type Load, type Target } from './model.ts'
import { moving } from './stores.ts'
import { nameOf, useFolderActions } from './useFolderActions.ts'

type MoveDialogProps = {
  /** Whether the person may put things at the top of the organization. */
  isTopOpen: boolean
  /** What would change for others, told before it is done. */
  preview?: (load: Load, target: Target) => ReactNode
}

/** Chooses where to. Once, in the page. */
export function MoveDialog(props: MoveDialogProps) {
  const load = useStore(moving)
  if (load === undefined) return null
  return <MoveForm load={load} {...props} />
}

function MoveForm({ load, isTopOpen, preview }: MoveDialogProps & { load: Load }) {
  const [target, setTarget] = useState<Target | undefined>(undefined)
  const { move } = useFolderActions()
  const close = () => moving.set(undefined)
  const confirm = (chosen: Target | undefined) => {
    if (chosen === undefined || !mayMove(load, chosen)) return
    close()
    void (load.others?.move(chosen) ?? move(load, chosen))
  }
  return (
    <Dialog
      title={`Move ${nameOf(load)}`}
      description="Whoever sees the folder sees what is in it."
      isOpen
      onClose={close}
      actions={
        <>
          <Button tone="quiet" onClick={close}>
            Cancel
          </Button>
          <Button tone="primary" disabled={target === undefined} onClick={() => confirm(target)}>
            {target === undefined ? 'Move' : `Move to ${target.name}`}
          </Button>
        </>
      }
    >
      <FolderTree load={load} isTopOpen={isTopOpen} target={target} onTarget={setTarget} onConfirm={confirm} />
      <div aria-live="polite" className="min-h-10 pt-3 text-sm text-ink-soft">
        {target !== undefined && preview?.(load, target)}
      </div>
    </Dialog>
  )
}
