import { PASSWORD_MIN_CHARACTERS } from '@trove/contract/identity'
import type { Offer } from '@trove/contract/invitations'
import { useState, type FormEvent } from 'react'
import { Button } from '../../ui/Button.tsx'
import { Field } from '../../ui/Field.tsx'
import { Problem } from '../../ui/Problem.tsx'
import { useRegisterByOffer } from './queries.ts'

/** An account for the address that was invited, and membership with it. */
export function JoinForm({ offer, token, onJoined }: JoinFormProps) {
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [isTold, setTold] = useState(false)
  const join = useRegisterByOffer()
  const isShort = [...password].length < PASSWORD_MIN_CHARACTERS
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTold(true)
    if (name.trim() === '' || isShort) return
    join.mutate({ token, name: name.trim(), password }, { onSuccess: onJoined })
  }
  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-4">
      <Field label="E-mail" type="email" autoComplete="username" readOnly value={offer.email} />
      <Field
        label="Your name"
        autoComplete="name"
        maxLength={100}
        value={name}
        onChange={(event) => setName(event.target.value)}
        error={isTold && name.trim() === '' ? 'How should others see you?' : undefined}
      />
      <Field
        label="Password"
        type="password"
        autoComplete="new-password"
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        hint={`At least ${PASSWORD_MIN_CHARACTERS} characters. A few words make a good one.`}
        error={isTold && isShort ? `Use at least ${PASSWORD_MIN_CHARACTERS} characters.` : undefined}
      />
      {join.error !== null && <Problem error={join.error} shape="line" />}
      <Button tone="primary" size="large" type="submit" isBusy={join.isPending}>
        Create account and join
      </Button>
    </form>
  )
}

type JoinFormProps = { offer: Offer; token: string; onJoined: (organizationId: string) => void }
