import { useState, type FormEvent } from 'react'
import { Button } from '../ui/Button.tsx'
import { Field } from '../ui/Field.tsx'
import { Problem } from '../ui/Problem.tsx'
import { PasswordField } from './account/PasswordField.tsx'
import { useRegister } from './queries.ts'
import { emailFault, passwordFault } from './rules.ts'

/** Creates an account and signs in with it. */
export function AccountForm({ submitLabel }: { submitLabel: string }) {
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [isTold, setTold] = useState(false)
  const register = useRegister()
  const faults = {
    name: name.trim() === '' ? 'How should others see you?' : undefined,
    email: emailFault(email),
    password: passwordFault(password),
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTold(true)
    if (Object.values(faults).some((fault) => fault !== undefined)) return
    register.mutate({ name: name.trim(), email: email.trim(), password })
  }
  const told = (fault: string | undefined) => (isTold ? fault : undefined)
  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-4">
      <Field
        label="Your name"
        autoComplete="name"
        autoFocus
        maxLength={100}
        value={name}
        onChange={(event) => setName(event.target.value)}
        error={told(faults.name)}
      />
      <Field
        label="E-mail"
        type="email"
        autoComplete="username"
        value={email}
        onChange={(event) => setEmail(event.target.value)}
        error={told(faults.email)}
      />
      <PasswordField value={password} onChange={setPassword} error={told(faults.password)} known={[email, name]} />
      {register.error !== null && <Problem error={register.error} shape="line" />}
      <Button tone="primary" size="large" type="submit" isBusy={register.isPending}>
        {submitLabel}
      </Button>
    </form>
  )
}
