import { useState, type FormEvent } from 'react'
import { Button } from '../ui/Button.tsx'
import { Field } from '../ui/Field.tsx'
import { Problem } from '../ui/Problem.tsx'
import { answer, askForAddressAgain, sendCodeAgain, type Question, type Visit } from './visit.ts'

type Asking = Extract<Visit, { kind: 'asks' }>

/** What a link asks for before it opens, in words. */
export const questions: Record<Question, { title: string; lead: string }> = {
  password: {
    title: 'This link has a password',
    lead: 'Whoever sent you the link can tell it to you. Capital and small letters count.',
  },
  email: {
    title: 'This link was made for one person',
    lead: 'Type the e-mail address that it was sent to. A code will be mailed there.',
  },
  code: {
    title: 'Type the code from the mail',
    lead: 'If the address is the right one, a code of eight digits is on its way to it. It is good for a quarter of an hour.',
  },
}

/** The field for it. Wrong answers are told beside it, and what was typed stays. */
export function QuestionForm({ asking: { what, error, isBusy } }: { asking: Asking }) {
  const [said, setSaid] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (said.trim() !== '') void answer(what, what === 'password' ? said : said.trim())
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <Field
        {...FIELDS[what]}
        autoFocus
        required
        value={said}
        maxLength={what === 'code' ? 20 : 200}
        onChange={({ target }) => setSaid(target.value)}
      />
      {error !== undefined && <Problem error={error} shape="line" />}
      <Button tone="primary" size="large" type="submit" isBusy={isBusy}>
        {what === 'email' ? 'Send me the code' : 'Open'}
      </Button>
      {what === 'code' && (
        <div className="flex flex-wrap justify-center gap-x-2">
          <Button tone="quiet" disabled={isBusy} onClick={() => void sendCodeAgain()}>
            Send another code
          </Button>
          <Button tone="quiet" disabled={isBusy} onClick={askForAddressAgain}>
            Another address
          </Button>
        </div>
      )}
    </form>
  )
}

const FIELDS = {
  password: { label: 'Password', type: 'password', autoComplete: 'off' },
  email: { label: 'E-mail', type: 'email', autoComplete: 'email' },
  code: { label: 'Code', inputMode: 'numeric', autoComplete: 'one-time-code', className: 'tabular' },
} as const
