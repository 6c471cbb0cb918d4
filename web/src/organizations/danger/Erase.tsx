import type { Organization } from '@trove/contract/organizations'
import { useState, type FormEvent } from 'react'
import { formatBytes, formatCount, formatDateTime } from '../../lib/format.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { Field } from '../../ui/Field.tsx'
import { Problem } from '../../ui/Problem.tsx'
import { KeepButton } from './KeepButton.tsx'
import { useErasure } from './queries.ts'

/** Asks twice to erase an organization; once it is to be, takes that back. For owners. */
export function Erase({ organization }: { organization: Organization }) {
  const [isAsking, setAsking] = useState(false)
  if (organization.eraseAt !== undefined)
    return (
      <div className="flex flex-wrap items-center gap-3">
        <p className="text-sm">Everything is erased on {formatDateTime(organization.eraseAt)}.</p>
        <KeepButton organization={organization} />
      </div>
    )
  return (
    <>
      <Button tone="danger" onClick={() => setAsking(true)}>
        Erase {organization.name}
      </Button>
      {isAsking && <EraseDialog organization={organization} onClose={() => setAsking(false)} />}
    </>
  )
}

function EraseDialog({ organization, onClose }: { organization: Organization; onClose: () => void }) {
  const [name, setName] = useState('')
  const { ask, confirm } = useErasure(organization.id)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (ask.data === undefined) return ask.mutate(name.trim())
    confirm.mutate(ask.data.confirmation, { onSuccess: onClose })
  }
  const error = confirm.error ?? ask.error
  return (
    <Dialog title={`Erase ${organization.name}`} isOpen onClose={onClose}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        {ask.data === undefined ? (
          <>
            <p className="text-base text-ink-soft">
              All its files, people, teams, links and settings will be gone, for everybody. To go on, write its name.
            </p>
            <Field
              label={`Write ${organization.name}`}
              autoFocus
              autoComplete="off"
              maxLength={100}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          </>
        ) : (
          <WhatGoes {...ask.data} />
        )}
        {error !== null && <Problem error={error} shape="line" />}
        <div className="flex justify-end gap-2">
          <Button tone="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button
            tone="danger"
            type="submit"
            disabled={name.trim() !== organization.name}
            isBusy={ask.isPending || confirm.isPending}
          >
            {ask.data === undefined ? 'Go on' : 'Yes, erase all of it'}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

function WhatGoes({ fileCount, usedBytes, memberCount, delayDays }: WhatGoesProps) {
  const delay = delayDays === 0 ? 'within minutes' : `in ${formatCount(Math.ceil(delayDays), 'day')}`
  return (
    <p role="status" className="text-base">
      {formatCount(fileCount, 'file')} with {formatBytes(usedBytes)} will be erased {delay}, and{' '}
      {formatCount(memberCount, 'person loses', 'people lose')} access. Until then it can be read, and every owner can
      keep it after all. Afterwards nobody can bring it back.
    </p>
  )
}

type WhatGoesProps = { fileCount: number; usedBytes: number; memberCount: number; delayDays: number }
