import type { Link } from '@trove/contract/links'
import { useState, type FormEvent } from 'react'
import { formatDateTime } from '../lib/format.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Problem } from '../ui/Problem.tsx'
import { toast } from '../ui/toast.ts'
import { useUpdateLink } from './queries.ts'
import { changedTermsOf, draftOf, faultsOf, type Draft } from './terms.ts'
import { TermsFields } from './TermsFields.tsx'
import { abilityWords, targetName } from './words.ts'

const FORM = 'edit-link'

/** Changes the terms of a link. What it is of and what it gives stay: for that a new one is made. */
export function EditLink({ link, onClose }: { link: Link; onClose: () => void }) {
  const [draft, setDraft] = useState<Draft>(() => draftOf(link))
  const [wasSent, setSent] = useState(false)
  const update = useUpdateLink(link)
  const faults = faultsOf(draft)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    event.stopPropagation()
    setSent(true)
    if (Object.keys(faults).length > 0) return
    const changed = changedTermsOf(link, draft)
    if (Object.keys(changed).length === 0) return onClose()
    update.mutate(changed, {
      onSuccess() {
        onClose()
        toast({ title: 'The link is changed', tone: 'success' })
      },
    })
  }
  return (
    <Dialog
      title="Change the link"
      description={`${abilityWords(link)}: ${targetName(link)}`}
      isOpen
      onClose={onClose}
      width="wide"
      actions={
        <>
          <Button tone="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button tone="primary" type="submit" form={FORM} isBusy={update.isPending}>
            Save
          </Button>
        </>
      }
    >
      <form id={FORM} onSubmit={submit} noValidate className="flex flex-col gap-5">
        <TermsFields
          draft={draft}
          faults={wasSent ? faults : {}}
          onChange={(changed) => setDraft((now) => ({ ...now, ...changed }))}
          kept={{
            end: link.expiresAt === undefined ? 'No end' : `Until ${formatDateTime(link.expiresAt)}`,
            hasPassword: link.hasPassword,
          }}
        />
        <p className="text-xs text-ink-faint">
          With a new password, address or network, whoever has it open is asked anew.
        </p>
        {update.error !== null && <Problem error={update.error} shape="line" />}
      </form>
    </Dialog>
  )
}
