import type { ReactNode } from 'react'
import { Button } from './Button.tsx'
import { Dialog } from './Dialog.tsx'

export type AskDialogProps = {
  title: string
  lead?: string
  /** What the button says that does it. */
  apply: string
  tone?: 'primary' | 'danger'
  canApply?: boolean
  isBusy?: boolean
  isOpen?: boolean
  onApply: () => void
  onClose: () => void
  children: ReactNode
}

/** Asks before something is done; whoever asks closes it. */
export function AskDialog(props: AskDialogProps) {
  const { title, lead, apply, tone = 'primary', canApply = true, isBusy = false, isOpen = true } = props
  const { onApply, onClose, children } = props
  return (
    <Dialog
      title={title}
      {...(lead !== undefined && { description: lead })}
      isOpen={isOpen}
      onClose={onClose}
      actions={
        <>
          <Button tone="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button tone={tone} disabled={!canApply} isBusy={isBusy} onClick={onApply}>
            {apply}
          </Button>
        </>
      }
    >
      {children}
    </Dialog>
  )
}
