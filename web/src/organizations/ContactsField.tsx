import type { Contact } from '@trove/contract/organizations'
import { Plus, X } from 'lucide-react'
import { Button } from '../ui/Button.tsx'
import { Field } from '../ui/Field.tsx'
import { IconButton } from '../ui/IconButton.tsx'

const MOST = 10

/** Ways to reach the organization. */
export function ContactsField({ value, mayChange, onChange }: ContactsFieldProps) {
  const set = (at: number, changed: Partial<Contact>) =>
    onChange(value.map((contact, i) => (i === at ? { ...contact, ...changed } : contact)))
  if (!mayChange && value.length === 0) return null
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1.5 text-sm font-medium">Contacts</legend>
      {value.map((contact, i) => (
        <div key={i} className="flex items-end gap-2">
          <Field
            label={`Contact ${i + 1}: what`}
            className="w-2/5 [&_label]:sr-only"
            placeholder="Front desk"
            maxLength={60}
            disabled={!mayChange}
            value={contact.label}
            onChange={(event) => set(i, { label: event.target.value })}
          />
          <Field
            label={`Contact ${i + 1}: where`}
            className="min-w-0 flex-1 [&_label]:sr-only"
            placeholder="+47 55 00 00 00"
            maxLength={200}
            disabled={!mayChange}
            value={contact.value}
            onChange={(event) => set(i, { value: event.target.value })}
          />
          {mayChange && (
            <IconButton
              label={`Remove contact ${i + 1}`}
              icon={<X />}
              onClick={() => onChange(value.filter((_, at) => at !== i))}
            />
          )}
        </div>
      ))}
      {mayChange && value.length < MOST && (
        <Button
          size="small"
          className="self-start"
          icon={<Plus className="size-3.5" />}
          onClick={() => onChange([...value, { label: '', value: '' }])}
        >
          Add a contact
        </Button>
      )}
    </fieldset>
  )
}

type ContactsFieldProps = { value: Contact[]; mayChange: boolean; onChange: (contacts: Contact[]) => void }
