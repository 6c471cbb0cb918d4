import type { Me } from '@trove/contract/identity'
import { useState, type FormEvent } from 'react'
import { Button } from '../../ui/Button.tsx'
import { Field } from '../../ui/Field.tsx'
import { Problem } from '../../ui/Problem.tsx'
import { toast } from '../../ui/toast.ts'
import { passwordFault } from '../rules.ts'
import { PasswordField } from './PasswordField.tsx'
import { useChangePassword } from './queries.ts'

/** Changes the password; whoever is signed in elsewhere is signed out there. */
export function PasswordForm({ me }: { me: Me }) {
  const [password, setPassword] = useState('')
  const [newPassword, setNewPassword] = useState('')
  const [isTold, setTold] = useState(false)
  const change = useChangePassword()
  const fault = passwordFault(newPassword)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTold(true)
    if (password === '' || fault !== undefined) return
    change.mutate(
      { password, newPassword },
      {
        onSuccess() {
          setPassword('')
          setNewPassword('')
          setTold(false)
          toast({ title: 'Your password was changed', detail: 'Your other sessions have ended.' })
        },
      },
    )
  }
  return (
    <form onSubmit={submit} noValidate className="flex max-w-md flex-col gap-4">
      <input type="hidden" autoComplete="username" value={me.email} readOnly />
      <Field
        label="Present password"
        type="password"
        autoComplete="current-password"
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        error={isTold && password === '' ? 'Needed to be sure that it is you.' : undefined}
      />
      <PasswordField
        label="New password"
        value={newPassword}
        onChange={setNewPassword}
        error={isTold ? fault : undefined}
        known={[me.email, me.name]}
      />
      {change.error !== null && <Problem error={change.error} shape="line" />}
      <div>
        <Button type="submit" isBusy={change.isPending} disabled={password === '' && newPassword === ''}>
          Change the password
        </Button>
      </div>
    </form>
  )
}
