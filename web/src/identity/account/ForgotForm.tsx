import { useState, type FormEvent } from 'react'
import { Button } from '../../ui/Button.tsx'
import { Field } from '../../ui/Field.tsx'
import { Problem } from '../../ui/Problem.tsx'
import { emailFault } from '../rules.ts'
import { useForgotPassword } from './queries.ts'

/** Asks for the mail that sets a new password. It says the same whether there is such an account or not. */
export function ForgotForm({ sendsMail }: { sendsMail: boolean }) {
  const [email, setEmail] = useState('')
  const [isTold, setTold] = useState(false)
  const forgot = useForgotPassword()
  const fault = emailFault(email)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTold(true)
    if (fault === undefined) forgot.mutate(email.trim())
  }
  if (forgot.isSuccess)
    return (
      <p role="status" className="text-base text-ink-soft">
        {sendsMail
          ? `If ${forgot.variables} has an account here, a link is on its way. It is good for an hour. Look among unwanted mail too.`
          : `If ${forgot.variables} has an account here, there is a link for it now, good for an hour. No mails are sent from here: ask whoever runs this installation for it.`}
      </p>
    )
  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-4">
      <Field
        label="E-mail"
        type="email"
        autoComplete="username"
        autoFocus
        value={email}
        onChange={(event) => setEmail(event.target.value)}
        error={isTold ? fault : undefined}
      />
      {forgot.error !== null && <Problem error={forgot.error} shape="line" />}
      <Button tone="primary" size="large" type="submit" isBusy={forgot.isPending}>
        Send me a link
      </Button>
    </form>
  )
}
