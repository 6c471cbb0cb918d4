import type { Installation } from '@trove/contract/identity'
import { useState, type FormEvent } from 'react'
import { Button } from '../ui/Button.tsx'
import { Field } from '../ui/Field.tsx'
import { Problem } from '../ui/Problem.tsx'
import { Switch } from '../ui/Switch.tsx'
import { useUpdateInstallation } from './queries.ts'

/** What the administrator decides about the installation as a whole. */
export function InstallationForm({ installation }: { installation: Installation }) {
  const [name, setName] = useState(installation.name)
  const rename = useUpdateInstallation()
  const open = useUpdateInstallation()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (name.trim() !== '') rename.mutate({ name: name.trim() })
  }
  const isOpen = open.isPending ? (open.variables.registrationIsOpen ?? false) : installation.registrationIsOpen
  return (
    <div className="flex flex-col gap-6">
      <form onSubmit={submit} className="flex items-end gap-2">
        <Field
          label="Name"
          className="flex-1"
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <Button
          type="submit"
          className="h-9"
          isBusy={rename.isPending}
          disabled={name.trim() === '' || name.trim() === installation.name}
        >
          Save
        </Button>
      </form>
      {rename.error !== null && <Problem error={rename.error} shape="line" />}
      <Switch
        label="Open registration"
        hint="Anybody who reaches this address may create an account. They see nothing until they are added to an organization or create one."
        isOn={isOpen}
        disabled={open.isPending}
        onChange={(registrationIsOpen) => open.mutate({ registrationIsOpen })}
      />
      {open.error !== null && <Problem error={open.error} shape="line" />}
    </div>
  )
}
