import type { SecondFactorNeeded } from '@trove/contract/identity'
import { useQuery } from '@tanstack/react-query'
import { useState, type FormEvent, type ReactNode } from 'react'
import { Button } from '../../ui/Button.tsx'
import { Field } from '../../ui/Field.tsx'
import { Problem } from '../../ui/Problem.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { OtherWays } from './OtherWays.tsx'
import { secondFactorQuery, useSignIn } from './queries.ts'
import { refusalSentence } from './refusals.ts'
import { SecondFactorForm } from './SecondFactorForm.tsx'

type SignInFormProps = {
  oidcName: string | undefined
  /** Where somebody was going. */
  next: string | undefined
  /** Why the provider's way back ended here. */
  refused: string | undefined
  /** What the provider's way back left to be answered. */
  challenge: string | undefined
  /** Below the password: what to do without it. */
  forgotten?: ReactNode
}

/** Password, then the second factor when the account has one; or a passkey, or a provider. */
export function SignInForm({ oidcName, next, refused, challenge, forgotten }: SignInFormProps) {
  const [needed, setNeeded] = useState<SecondFactorNeeded | undefined>(undefined)
  const [isStartedOver, setStartedOver] = useState(false)
  const startOver = () => {
    setNeeded(undefined)
    setStartedOver(true)
  }
  if (needed !== undefined) return <SecondFactorForm needed={needed} onStartOver={startOver} />
  if (challenge !== undefined && !isStartedOver) return <Challenged challenge={challenge} onStartOver={startOver} />
  return (
    <>
      <PasswordStep
        told={isStartedOver ? undefined : refusalSentence(refused)}
        onNeeded={setNeeded}
        forgotten={forgotten}
      />
      <OtherWays oidcName={oidcName} next={next} />
    </>
  )
}

function PasswordStep({
  told,
  onNeeded,
  forgotten,
}: {
  told: string | undefined
  onNeeded: (needed: SecondFactorNeeded) => void
  forgotten: ReactNode
}) {
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const signIn = useSignIn()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (email.trim() === '' || password === '') return
    signIn.mutate(
      { email: email.trim(), password },
      { onSuccess: (answer) => 'challenge' in answer && onNeeded(answer) },
    )
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      {told !== undefined && signIn.isIdle && <Problem error={new Error(told)} shape="line" />}
      <Field
        label="E-mail"
        type="email"
        autoComplete="username"
        autoFocus
        required
        value={email}
        onChange={(event) => setEmail(event.target.value)}
      />
      <Field
        label="Password"
        type="password"
        autoComplete="current-password"
        required
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      {forgotten}
      {signIn.error !== null && <Problem error={signIn.error} shape="line" />}
      <Button tone="primary" size="large" type="submit" isBusy={signIn.isPending}>
        Sign in
      </Button>
    </form>
  )
}

function Challenged({ challenge, onStartOver }: { challenge: string; onStartOver: () => void }) {
  const { data: needed, error } = useQuery(secondFactorQuery(challenge))
  if (needed !== undefined) return <SecondFactorForm needed={needed} onStartOver={onStartOver} />
  if (error === null) return <Skeleton className="h-32" />
  return (
    <div className="flex flex-col gap-4">
      <Problem error={error} shape="line" />
      <Button onClick={onStartOver}>Start over</Button>
    </div>
  )
}
