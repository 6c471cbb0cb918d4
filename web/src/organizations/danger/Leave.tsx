import type { Organization } from '@trove/contract/organizations'
import { useState } from 'react'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { Problem } from '../../ui/Problem.tsx'
import { toast } from '../../ui/toast.ts'
import { useLeave } from './queries.ts'

/** The way out, which stays with the one who goes. */
export function Leave({ organization, onLeft }: { organization: Organization; onLeft: () => void }) {
  const [isAsking, setAsking] = useState(false)
  const leave = useLeave(organization.id)
  const confirm = () =>
    leave.mutate(undefined, {
      onSuccess() {
        toast({ title: `You have left ${organization.name}` })
        onLeft()
      },
    })
  return (
    <>
      <Button tone="danger" onClick={() => setAsking(true)}>
        Leave {organization.name}
      </Button>
      <Dialog
        title={`Leave ${organization.name}?`}
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        actions={
          <>
            <Button tone="quiet" onClick={() => setAsking(false)}>
              Stay
            </Button>
            <Button tone="danger" isBusy={leave.isPending} onClick={confirm}>
              Leave
            </Button>
          </>
        }
      >
        <div className="flex flex-col gap-3">
          <p className="text-base text-ink-soft">
            You see nothing of it any more, and come back only when somebody invites you. What you uploaded stays there.
          </p>
          {leave.error !== null && <Problem error={leave.error} shape="line" />}
        </div>
      </Dialog>
    </>
  )
}
