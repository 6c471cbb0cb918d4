import type { Link } from '@trove/contract/links'
import { sentenceOf } from '../lib/problem.ts'
import { AskDialog } from '../ui/AskDialog.tsx'
import { toast } from '../ui/toast.ts'
import { useRevokeLink } from './queries.ts'
import { targetName } from './words.ts'

/** Ends a link for good. */
export function RevokeLink({ link, onClose }: { link: Link; onClose: () => void }) {
  const revoke = useRevokeLink()
  const confirm = () => {
    onClose()
    revoke.mutate(link, {
      onSuccess: () => toast({ title: 'The link is ended' }),
      onError: (error) => toast({ tone: 'danger', title: 'The link still works', detail: sentenceOf(error) }),
    })
  }
  return (
    <AskDialog
      title={`End the link to ${targetName(link)}?`}
      onClose={onClose}
      apply="End it"
      tone="danger"
      onApply={confirm}
    >
      <p className="text-base text-ink-soft">
        It stops at once, also for those who have it open. It cannot be taken back; who opened it stays known.
      </p>
    </AskDialog>
  )
}
