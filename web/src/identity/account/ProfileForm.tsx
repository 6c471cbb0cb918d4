import type { Me } from '@trove/contract/identity'
import { useId, useState, type FormEvent } from 'react'
import { Button } from '../../ui/Button.tsx'
import { Field } from '../../ui/Field.tsx'
import { Problem } from '../../ui/Problem.tsx'
import { toast } from '../../ui/toast.ts'
import { useUpdateMe, type MeChanges } from './queries.ts'

const LANGUAGES = [
  'en',
  'de',
  'fr',
  'it',
  'es',
  'pt',
  'nl',
  'pl',
  'sv',
  'da',
  'fi',
  'cs',
  'el',
  'tr',
  'ar',
  'he',
  'hi',
  'zh',
  'ja',
  'ko',
]
const zones = () => Intl.supportedValuesOf('timeZone')
const languageName = (tag: string) => new Intl.DisplayNames(undefined, { type: 'language' }).of(tag) ?? tag

/** Who somebody is to others, and where. Only the name is needed. */
export function ProfileForm({ me }: { me: Me }) {
  const id = useId()
  const update = useUpdateMe()
  const before = {
    name: me.name,
    username: me.username ?? '',
    phone: me.phone ?? '',
    timeZone: me.timeZone ?? '',
    language: me.language ?? '',
  }
  const [typed, setTyped] = useState(before)
  const changes = changesOf(before, typed)
  const set = (field: keyof typeof typed) => (event: { target: { value: string } }) =>
    setTyped((now) => ({ ...now, [field]: event.target.value }))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (Object.keys(changes).length === 0 || typed.name.trim() === '') return
    update.mutate(changes, { onSuccess: () => toast({ title: 'Your profile was saved' }) })
  }
  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-4">
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label="Name"
          autoComplete="name"
          maxLength={100}
          value={typed.name}
          onChange={set('name')}
          error={typed.name.trim() === '' ? 'How should others see you?' : undefined}
        />
        <Field
          label="Username"
          hint="Letters, digits, and . - _ between them."
          autoComplete="nickname"
          autoCapitalize="off"
          spellCheck={false}
          maxLength={32}
          value={typed.username}
          onChange={set('username')}
        />
        <Field label="Phone" type="tel" autoComplete="tel" maxLength={32} value={typed.phone} onChange={set('phone')} />
        <Field
          label="Time zone"
          list={`${id}-zones`}
          placeholder={Intl.DateTimeFormat().resolvedOptions().timeZone}
          maxLength={64}
          value={typed.timeZone}
          onChange={set('timeZone')}
        />
        <Field
          label="Language"
          hint={typed.language === '' ? 'A tag such as de or pt-BR.' : nameOrTag(typed.language)}
          list={`${id}-languages`}
          maxLength={35}
          value={typed.language}
          onChange={set('language')}
        />
      </div>
      <datalist id={`${id}-zones`}>
        {zones().map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
      <datalist id={`${id}-languages`}>
        {LANGUAGES.map((tag) => (
          <option key={tag} value={tag}>
            {languageName(tag)}
          </option>
        ))}
      </datalist>
      {update.error !== null && <Problem error={update.error} shape="line" />}
      <div>
        <Button tone="primary" type="submit" isBusy={update.isPending} disabled={Object.keys(changes).length === 0}>
          Save
        </Button>
      </div>
    </form>
  )
}

function nameOrTag(tag: string): string {
  try {
    return languageName(tag)
  } catch {
    return 'There is no such language; a tag looks like de or pt-BR.'
  }
}

type Typed = { name: string; username: string; phone: string; timeZone: string; language: string }

/** What differs; what was emptied is removed. */
function changesOf(before: Typed, typed: Typed): MeChanges {
  const changes: MeChanges = {}
  if (typed.name.trim() !== before.name) changes.name = typed.name.trim()
  for (const field of ['username', 'phone', 'timeZone', 'language'] as const) {
    const text = typed[field].trim()
    if (text !== before[field]) changes[field] = text === '' ? null : text
  }
  return changes
}
