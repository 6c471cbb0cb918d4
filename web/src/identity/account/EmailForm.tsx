import type { Me } from '@trove/contract/identity'
import { useState, type FormEvent } from 'react'
import { sentenceOf } from '../../lib/problem.ts'
import { Badge } from '../../ui/Badge.tsx'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { Field } from '../../ui/Field.tsx'
import { Problem } from '../../ui/Problem.tsx'
import { toast } from '../../ui/toast.ts'
import { emailFault } from '../rules.ts'
import { useChangeEmail, useSendVerification } from './queries.ts'

/** The address of the account, whether it is shown to be theirs, and the way to another. */
export function EmailForm({ me }: { me: Me }) {
  const [isChanging, setChanging] = useState(false)
  const resend = useSendVerification()
  const send = () =>
    resend.mutate(undefined, {
      onSuccess: () => toast({ title: `A link is on its way to ${me.email}` }),
      onError: (error) => toast({ tone: 'danger', title: 'No mail was sent', detail: sentenceOf(error) }),
    })
  return (
    <div className="flex flex-wrap items-center justify-between gap-3">
      <p className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1 font-medium wrap-anywhere">
        {me.email}
        {me.isEmailVerified ? <Badge tone="success">Verified</Badge> : <Badge tone="warning">Not verified</Badge>}
      </p>
      <div className="flex flex-wrap gap-2">
        {!me.isEmailVerified && (
          <Button isBusy={resend.isPending} onClick={send}>
            Send the link again
          </Button>
        )}
        <Button onClick={() => setChanging(true)}>Change</Button>
      </div>
      {isChanging && <ChangeDialog onClose={() => setChanging(false)} />}
    </div>
  )
}

function ChangeDialog({ onClose }: { onClose: () => void }) {
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [isTold, setTold] = useState(false)
  const change = useChangeEmail()
  const fault = emailFault(email)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTold(true)
    if (fault !== undefined || password === '') return
    change.mutate({ email: email.trim(), password })
  }
  if (change.isSuccess)
    return (
      <Dialog
        title="Look into the new mailbox"
        isOpen
        onClose={onClose}
        actions={<Button onClick={onClose}>Close</Button>}
      >
        <p className="text-base text-ink-soft">
          A link is on its way to {email.trim()}. Your account keeps its present address until you follow it, within 24
          hours.
        </p>
      </Dialog>
    )
  return (
    <Dialog
      title="Change your e-mail address"
      description="The new address gets a link to confirm it, and the old one is told."
      isOpen
      onClose={onClose}
    >
      <form onSubmit={submit} noValidate className="flex flex-col gap-4">
        <Field
          label="New address"
          type="email"
          autoComplete="email"
          autoFocus
          value={email}
          onChange={(event) => setEmail(event.target.value)}
          error={isTold ? fault : undefined}
        />
        <Field
          label="Your password"
          type="password"
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          error={isTold && password === '' ? 'Needed to be sure that it is you.' : undefined}
        />
        {change.error !== null && <Problem error={change.error} shape="line" />}
        <Button tone="primary" type="submit" isBusy={change.isPending}>
          Send the link
        </Button>
      </form>
    </Dialog>
  )
}
