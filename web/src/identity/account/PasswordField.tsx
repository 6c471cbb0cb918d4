import { PASSWORD_MIN_CHARACTERS } from '@trove/contract/identity'
import { useDeferredValue, useEffect, useState } from 'react'
import { cx } from '../../lib/cx.ts'
import { Field } from '../../ui/Field.tsx'
import type { strengthOf } from './strength.ts'

const WORDS = ['Guessed at once', 'Easily guessed', 'Fair', 'Good', 'Strong'] as const
const COLOURS = ['bg-danger', 'bg-danger', 'bg-warning', 'bg-success', 'bg-success'] as const
const TEXTS = ['text-danger', 'text-danger', 'text-warning', 'text-success', 'text-success'] as const

type Judge = typeof strengthOf
type PasswordFieldProps = {
  label?: string
  value: string
  onChange: (password: string) => void
  error?: string | undefined
  /** What others could guess of whose it is. */
  known?: readonly string[]
}

/** Where a new password is typed, with a meter that says how easily it is guessed. */
export function PasswordField({ label = 'Password', value, onChange, error, known = [] }: PasswordFieldProps) {
  return (
    <div className="flex flex-col gap-2">
      <Field
        label={label}
        type="password"
        autoComplete="new-password"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        hint={`At least ${PASSWORD_MIN_CHARACTERS} characters. A few words make a good one.`}
        error={error}
      />
      <Meter password={value} known={known} />
    </div>
  )
}

function Meter({ password, known }: { password: string; known: readonly string[] }) {
  const judge = useJudge(password !== '')
  const typed = useDeferredValue(password)
  if (typed === '' || judge === undefined) return null
  const { score, reason } = judge(typed, known)
  return (
    <div role="status" className="flex flex-col gap-1 text-xs">
      <div aria-hidden className="flex gap-1">
        {WORDS.slice(1).map((word, at) => (
          <span
            key={word}
            className={cx('h-1 flex-1 rounded-full', at < Math.max(1, score) ? COLOURS[score] : 'bg-active')}
          />
        ))}
      </div>
      <p className={TEXTS[score]}>
        {WORDS[score]}
        {score < 2 && reason !== undefined && <span className="text-ink-soft">: {reason}</span>}
      </p>
    </div>
  )
}

/** Loaded once it is wanted. Without it the server's word is enough. */
function useJudge(isWanted: boolean): Judge | undefined {
  const [judge, setJudge] = useState<Judge | undefined>(undefined)
  useEffect(() => {
    if (!isWanted || judge !== undefined) return
    import('./strength.ts').then(
      (loaded) => setJudge(() => loaded.strengthOf),
      () => undefined,
    )
  }, [isWanted, judge])
  return judge
}
