import { ChevronDown } from 'lucide-react'
import { useId, useState } from 'react'
import { cx } from '../lib/cx.ts'
import { Checkbox } from '../ui/Checkbox.tsx'
import { Field } from '../ui/Field.tsx'
import { Select } from '../ui/Select.tsx'
import { Switch } from '../ui/Switch.tsx'
import { lifeNames, lives, type Draft, type Life } from './terms.ts'

export type TermsFieldsProps = {
  draft: Draft
  faults: Partial<Record<keyof Draft, string>>
  onChange: (changed: Partial<Draft>) => void
  /** What the link has already, where it is changed: its end in words, and whether there is a password. */
  kept?: { end: string; hasPassword: boolean }
}

/** Everything that limits a link: the two that everybody sets, and behind a fold what few need. */
export function TermsFields({ draft, faults, onChange, kept }: TermsFieldsProps) {
  const options: { value: Life; label: string }[] = [
    ...(kept === undefined ? [] : [{ value: 'kept' as const, label: kept.end }]),
    ...lives.map((value) => ({ value, label: lifeNames[value] })),
  ]
  return (
    <>
      <div className="grid grid-cols-2 gap-3 max-sm:grid-cols-1">
        <Select<Life> label="Good for" value={draft.life} options={options} onChange={(life) => onChange({ life })} />
        {draft.life === 'day' && (
          <Field
            label="Last day"
            type="date"
            required
            value={draft.day}
            error={faults.day}
            onChange={({ target }) => onChange({ day: target.value })}
          />
        )}
        {draft.gives === 'download' && (
          <Field
            label="Downloads at most"
            inputMode="numeric"
            placeholder="No limit"
            maxLength={6}
            value={draft.maxDownloads}
            error={faults.maxDownloads}
            onChange={({ target }) => onChange({ maxDownloads: target.value.trim() })}
          />
        )}
      </div>
      <More draft={draft} faults={faults} onChange={onChange} {...(kept && { kept })} />
    </>
  )
}

function More({ draft, faults, onChange, kept }: TermsFieldsProps) {
  const [isOpen, setOpen] = useState(false)
  const id = useId()
  const isSeen = draft.gives !== 'upload'
  // A fault in a folded field would never be found.
  const isShown = isOpen || [faults.password, faults.boundEmail, faults.boundNetwork].some((one) => one !== undefined)
  return (
    <div className="flex flex-col gap-4">
      <button
        type="button"
        aria-expanded={isShown}
        aria-controls={id}
        onClick={() => setOpen(!isShown)}
        className="touchable flex items-center gap-1.5 self-start rounded-md text-sm font-medium text-ink-soft hover:text-ink"
      >
        <ChevronDown aria-hidden className={cx('size-4 transition-transform', !isShown && '-rotate-90')} />
        Password and more
      </button>
      <div id={id} hidden={!isShown} className={isShown ? 'flex flex-col gap-4' : undefined}>
        {isShown && (
          <>
            <div className="grid grid-cols-2 gap-x-3 gap-y-4 max-sm:grid-cols-1">
              <Field
                label={kept?.hasPassword === true ? 'New password' : 'Password'}
                hint="Tell it to them by another way than the link."
                autoComplete="off"
                spellCheck={false}
                value={draft.password}
                error={faults.password}
                onChange={({ target }) => onChange({ password: target.value })}
              />
              <Field
                label="Title"
                hint="What those who open it read first."
                maxLength={200}
                value={draft.label}
                onChange={({ target }) => onChange({ label: target.value })}
              />
              <Field
                label="Only for this e-mail address"
                hint="They type a code that is mailed there."
                type="email"
                value={draft.boundEmail}
                error={faults.boundEmail}
                onChange={({ target }) => onChange({ boundEmail: target.value })}
              />
              <Field
                label="Only from this network"
                hint="Such as 192.0.2.7 or 192.0.2.0/24."
                spellCheck={false}
                value={draft.boundNetwork}
                error={faults.boundNetwork}
                onChange={({ target }) => onChange({ boundNetwork: target.value })}
              />
            </div>
            {kept?.hasPassword === true && (
              <Checkbox isChecked={draft.removesPassword} onChange={(removesPassword) => onChange({ removesPassword })}>
                Ask for no password any more
              </Checkbox>
            )}
            {isSeen && (
              <>
                <Switch
                  label="Keep hidden data"
                  hint="Where and with which camera a picture was taken. Otherwise it is taken out of what they get."
                  isOn={draft.keepsMetadata}
                  onChange={(keepsMetadata) => onChange({ keepsMetadata })}
                />
                <Switch
                  label="Show names"
                  hint="Of files and folders. Otherwise they get neutral ones."
                  isOn={draft.keepsNames}
                  onChange={(keepsNames) => onChange({ keepsNames })}
                />
              </>
            )}
          </>
        )}
      </div>
    </div>
  )
}
