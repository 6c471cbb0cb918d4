import type { CreatedLink } from '@trove/contract/links'
import { Link2 } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { Button } from '../ui/Button.tsx'
import { Problem } from '../ui/Problem.tsx'
import { Segmented } from '../ui/Segmented.tsx'
import { Switch } from '../ui/Switch.tsx'
import { useCreateLink, type Target } from './queries.ts'
import { faultsOf, freshDraft, newTermsOf, type Draft } from './terms.ts'
import { TermsFields } from './TermsFields.tsx'

export type NewLinkProps = {
  target: Target
  /** What the person holds on all of it: nobody gives away more. */
  may: { download: boolean; write: boolean }
  onCreated: (link: CreatedLink) => void
  onCancel?: (() => void) | undefined
}

/** Makes a link: what it gives, for how long, and what else limits it. */
export function NewLink({ target, may, onCreated, onCancel }: NewLinkProps) {
  const [draft, setDraft] = useState<Draft>(freshDraft)
  const [wasSent, setSent] = useState(false)
  const create = useCreateLink(target)
  const faults = faultsOf(draft)
  const change = (changed: Partial<Draft>) => setDraft((now) => ({ ...now, ...changed }))
  const isFolder =
    target.eventId === undefined && target.resources.length === 1 && target.resources[0]?.kind === 'folder'
  const takesFiles = isFolder && may.write
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setSent(true)
    if (Object.keys(faults).length === 0) create.mutate(newTermsOf(draft), { onSuccess: onCreated })
  }
  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-5">
      <div className="flex flex-col items-start gap-2">
        <Segmented<Draft['gives']>
          label="What the link is for"
          value={draft.gives}
          onChange={(gives) => change({ gives, ...(gives === 'upload' && { takesFiles: false }) })}
          options={[
            { value: 'view', label: 'Look' },
            ...(may.download ? [{ value: 'download' as const, label: 'Download' }] : []),
            ...(takesFiles ? [{ value: 'upload' as const, label: 'Ask for files' }] : []),
          ]}
        />
        <p className="text-sm text-ink-soft">{EXPLAINED[draft.gives]}</p>
        {target.eventId !== undefined && (
          <p className="text-sm text-ink-soft">
            With its title, description, date, order and captions, as they are whenever somebody looks. Pictures that
            are added later are not in it.
          </p>
        )}
      </div>
      {takesFiles && draft.gives !== 'upload' && (
        <Switch
          label="They may put files in"
          hint="Straight into this folder; the files are yours."
          isOn={draft.takesFiles}
          onChange={(isOn) => change({ takesFiles: isOn })}
        />
      )}
      <TermsFields draft={draft} faults={wasSent ? faults : {}} onChange={change} />
      {create.error !== null && <Problem error={create.error} shape="line" />}
      <div className="flex justify-end gap-2">
        {onCancel !== undefined && (
          <Button tone="quiet" onClick={onCancel}>
            Cancel
          </Button>
        )}
        <Button tone="primary" type="submit" icon={<Link2 aria-hidden className="size-4" />} isBusy={create.isPending}>
          Make the link
        </Button>
      </div>
    </form>
  )
}

const EXPLAINED: Record<Draft['gives'], string> = {
  view: 'Whoever has it can look at pictures of it, and take no original away.',
  download: 'Whoever has it can look at it, play it and download it.',
  upload: 'Whoever has it can put files into this folder, and see nothing of what is in it.',
}
