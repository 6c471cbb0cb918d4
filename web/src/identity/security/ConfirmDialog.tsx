import { useQuery } from '@tanstack/react-query'
import { KeyRound } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { confirmation } from '../../lib/confirmation.ts'
import { hasPasskeys } from '../../lib/passkeys.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { Field } from '../../ui/Field.tsx'
import { Problem } from '../../ui/Problem.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { signOut } from '../queries.ts'
import { securityQuery, useConfirm, useConfirmWithPasskey } from './queries.ts'

/** Asks somebody who signed in a while ago to show that it is them, before what would give the account away. */
export function ConfirmDialog({ onAnswer }: { onAnswer: (isConfirmed: boolean) => void }) {
  const { data: security, error, refetch } = useQuery({ ...securityQuery, staleTime: 0 })
  return (
    <Dialog
      title="Confirm that it is you"
      description="You signed in a while ago, and this would matter to somebody who found your page open."
      isOpen
      onClose={() => onAnswer(false)}
    >
      {error !== null && <Problem error={error} shape="line" />}
      {error !== null && (
        <Button className="mt-3" onClick={() => void refetch()}>
          Try again
        </Button>
      )}
      {error === null && security === undefined && <Skeleton className="h-24" />}
      {security !== undefined && (
        <Ways
          hasPassword={security.hasPassword}
          hasCodes={security.totp.isOn}
          hasPasskey={security.passkeys.length > 0 && hasPasskeys()}
          onConfirmed={() => onAnswer(true)}
        />
      )}
    </Dialog>
  )
}

type WaysProps = { hasPassword: boolean; hasCodes: boolean; hasPasskey: boolean; onConfirmed: () => void }

function Ways({ hasPassword, hasCodes, hasPasskey, onConfirmed }: WaysProps) {
  const [given, setGiven] = useState('')
  const confirm = useConfirm()
  const passkey = useConfirmWithPasskey()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (given !== '') confirm.mutate(hasPassword ? { password: given } : { code: given }, { onSuccess: onConfirmed })
  }
  const error = confirm.error ?? passkey.error
  if (!hasPassword && !hasCodes && !hasPasskey)
    return (
      <div className="flex flex-col items-start gap-4 text-base text-ink-soft">
        <p>This account has nothing to confirm with here. Sign out and in again, then come back to this.</p>
        <Button
          onClick={() => {
            confirmation.get()?.answer(false)
            void signOut()
          }}
        >
          Sign out
        </Button>
      </div>
    )
  return (
    <div className="flex flex-col gap-4">
      {(hasPassword || hasCodes) && (
        <form onSubmit={submit} className="flex flex-col gap-4">
          <Field
            label={hasPassword ? 'Password' : 'Code of your app'}
            type={hasPassword ? 'password' : 'text'}
            autoComplete={hasPassword ? 'current-password' : 'one-time-code'}
            inputMode={hasPassword ? undefined : 'numeric'}
            autoFocus
            value={given}
            onChange={(event) => setGiven(event.target.value)}
          />
          <Button tone="primary" type="submit" isBusy={confirm.isPending} disabled={given === ''}>
            Confirm
          </Button>
        </form>
      )}
      {hasPasskey && (
        <Button
          icon={<KeyRound aria-hidden className="size-4" />}
          isBusy={passkey.isPending}
          onClick={() => passkey.mutate(undefined, { onSuccess: (answer) => answer !== undefined && onConfirmed() })}
        >
          Use a passkey
        </Button>
      )}
      {error !== null && <Problem error={error} shape="line" />}
    </div>
  )
}
