import { useState, type FormEvent, type ReactNode } from 'react'
import { Button } from '../../ui/Button.tsx'
import { Problem } from '../../ui/Problem.tsx'
import { passwordFault } from '../rules.ts'
import { PasswordField } from './PasswordField.tsx'
import { useResetPassword } from './queries.ts'

/** Sets a new password with the secret of a mailed link. */
export function ResetForm({ token, signInLink }: { token: string; signInLink: ReactNode }) {
  const [password, setPassword] = useState('')
  const [isTold, setTold] = useState(false)
  const reset = useResetPassword()
  const fault = passwordFault(password)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTold(true)
    if (fault === undefined) reset.mutate({ token, password })
  }
  if (reset.isSuccess)
    return (
      <p role="status" className="text-base text-ink-soft">
        Your password was set, and every session has ended. {signInLink} with the new one.
      </p>
    )
  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-4">
      <PasswordField label="New password" value={password} onChange={setPassword} error={isTold ? fault : undefined} />
      {reset.error !== null && <Problem error={reset.error} shape="line" />}
      <Button tone="primary" size="large" type="submit" isBusy={reset.isPending}>
        Set the password
      </Button>
    </form>
  )
}
