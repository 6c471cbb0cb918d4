import type { SecondFactorNeeded } from '@trove/contract/identity'
import { KeyRound } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { hasPasskeys } from '../../lib/passkeys.ts'
import { Button } from '../../ui/Button.tsx'
import { Field } from '../../ui/Field.tsx'
import { Problem } from '../../ui/Problem.tsx'
import { useAnswerWithCode, useAnswerWithPasskey } from './queries.ts'

type Way = SecondFactorNeeded['factors'][number]

const OFFERS: Record<Way, string> = {
  totp: 'Use a code of your app',
  passkey: 'Use a passkey',
  'recovery-code': 'Use a recovery code',
}

/** The second step: a code of an app, a passkey, or a recovery code when both are lost. */
export function SecondFactorForm({ needed, onStartOver }: { needed: SecondFactorNeeded; onStartOver: () => void }) {
  const ways = needed.factors.filter((way) => way !== 'passkey' || hasPasskeys())
  const [way, setWay] = useState<Way | undefined>(ways[0])
  return (
    <div className="flex flex-col gap-4">
      {way === undefined && (
        <p role="alert" className="text-base text-ink-soft">
          Your passkeys cannot be used at this address. Open Trove at its https address and try again.
        </p>
      )}
      {way === 'passkey' && <PasskeyStep needed={needed} />}
      {(way === 'totp' || way === 'recovery-code') && <CodeStep key={way} way={way} challenge={needed.challenge} />}
      <div className="flex flex-col items-start gap-1">
        {ways
          .filter((other) => other !== way)
          .map((other) => (
            <Button key={other} tone="quiet" className="-ml-3" onClick={() => setWay(other)}>
              {OFFERS[other]}
            </Button>
          ))}
        <Button tone="quiet" className="-ml-3" onClick={onStartOver}>
          Start over
        </Button>
      </div>
    </div>
  )
}

function CodeStep({ way, challenge }: { way: 'totp' | 'recovery-code'; challenge: string }) {
  const [code, setCode] = useState('')
  const answer = useAnswerWithCode(challenge)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (code.trim().length >= 6) answer.mutate(code.trim(), { onError: () => setCode('') })
  }
  const words =
    way === 'totp'
      ? { label: 'Code', hint: 'The six digits that your authenticator app shows now.' }
      : { label: 'Recovery code', hint: 'One of the ten that you kept. Each works once.' }
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <Field
        {...words}
        autoFocus
        autoComplete={way === 'totp' ? 'one-time-code' : 'off'}
        inputMode={way === 'totp' ? 'numeric' : 'text'}
        spellCheck={false}
        maxLength={40}
        value={code}
        onChange={(event) => setCode(event.target.value)}
      />
      {answer.error !== null && <Problem error={answer.error} shape="line" />}
      <Button tone="primary" size="large" type="submit" isBusy={answer.isPending}>
        Continue
      </Button>
    </form>
  )
}

function PasskeyStep({ needed }: { needed: SecondFactorNeeded }) {
  const answer = useAnswerWithPasskey(needed.challenge, needed.passkeyOptions)
  return (
    <div className="flex flex-col gap-4">
      <p className="text-base text-ink-soft">Confirm with the passkey of your account.</p>
      {answer.error !== null && <Problem error={answer.error} shape="line" />}
      <Button
        tone="primary"
        size="large"
        autoFocus
        icon={<KeyRound className="size-4" />}
        isBusy={answer.isPending}
        onClick={() => answer.mutate()}
      >
        Use a passkey
      </Button>
    </div>
  )
}
