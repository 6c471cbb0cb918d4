import type { ClosingOrganization } from '@trove/contract/accounts'
import { useQuery } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { formatCount } from '../../lib/format.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { Field } from '../../ui/Field.tsx'
import { Problem } from '../../ui/Problem.tsx'
import { Segmented } from '../../ui/Segmented.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { closingQuery, useCloseAccount } from './queries.ts'

type Fate = 'hand-over' | 'trash'

export function CloseAccount() {
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <Button tone="danger" onClick={() => setOpen(true)}>
        Close my account
      </Button>
      {isOpen && <CloseDialog onClose={() => setOpen(false)} />}
    </>
  )
}

/** Says what would happen, asks what becomes of the files, and wants the password. */
function CloseDialog({ onClose }: { onClose: () => void }) {
  const [files, setFiles] = useState<Fate>('hand-over')
  const [password, setPassword] = useState('')
  const { data, error } = useQuery(closingQuery)
  const close = useCloseAccount()
  const blocking = data?.organizations.filter(({ isBlocking }) => isBlocking) ?? []
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (password !== '') close.mutate({ password, files })
  }
  return (
    <Dialog
      title="Close your account"
      description="For good: nobody can sign in to it any more, and nothing brings it back."
      isOpen
      onClose={onClose}
    >
      {error !== null && <Problem error={error} shape="line" />}
      {error === null && data === undefined && <Skeleton className="h-24" />}
      {data !== undefined && blocking.length > 0 && (
        <p className="text-base text-ink-soft">
          You are the last owner of {blocking.map(({ name }) => name).join(', ')}. Make somebody else owner there first;
          then the account can be closed.
        </p>
      )}
      {data !== undefined && blocking.length === 0 && (
        <form onSubmit={submit} className="flex flex-col gap-4">
          {data.organizations.length > 0 && (
            <>
              <div className="flex flex-wrap items-center justify-between gap-3">
                <p className="text-sm font-medium">Your files</p>
                <Segmented
                  label="Your files"
                  value={files}
                  onChange={setFiles}
                  options={[
                    { value: 'hand-over', label: 'Hand over' },
                    { value: 'trash', label: 'To the trash' },
                  ]}
                />
              </div>
              <ul className="flex flex-col gap-1 text-sm text-ink-soft">
                {data.organizations.map((organization) => (
                  <li key={organization.id}>{fateOf(organization, files)}</li>
                ))}
              </ul>
            </>
          )}
          <Field
            label="Your password"
            type="password"
            autoComplete="current-password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
          {close.error !== null && <Problem error={close.error} shape="line" />}
          <Button tone="danger" type="submit" isBusy={close.isPending} disabled={password === ''}>
            Close my account for good
          </Button>
        </form>
      )}
    </Dialog>
  )
}

function fateOf({ name, fileCount, heir }: ClosingOrganization, files: Fate): string {
  const count = formatCount(fileCount, 'file')
  if (files === 'trash') return `${name}: ${count} to its trash.`
  if (heir !== undefined) return `${name}: ${count} to ${heir}.`
  return `${name}: nobody else owns it. What nobody is left in is erased after a while, with ${count}.`
}
