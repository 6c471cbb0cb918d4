import { organizationTypes, type Organization } from '@trove/contract/organizations'
import { useState, type FormEvent } from 'react'
import { Button } from '../ui/Button.tsx'
import { Field } from '../ui/Field.tsx'
import { Problem } from '../ui/Problem.tsx'
import { Select } from '../ui/Select.tsx'
import { TextArea } from '../ui/TextArea.tsx'
import { toast } from '../ui/toast.ts'
import { ContactsField } from './ContactsField.tsx'
import { useUpdateOrganization } from './queries.ts'
import { typeNames } from './words.ts'

const told = (organization: Organization) => ({
  name: organization.name,
  slug: organization.slug,
  type: organization.type,
  description: organization.description ?? '',
  location: organization.location ?? '',
  website: organization.website ?? '',
  contacts: organization.contacts ?? [],
})
type Told = ReturnType<typeof told>

/** What an organization says of itself. */
export function OrganizationForm({ organization, mayChange }: { organization: Organization; mayChange: boolean }) {
  const [form, setForm] = useState<Told>(told(organization))
  const update = useUpdateOrganization(organization.id)
  const set = <K extends keyof Told>(key: K, value: Told[K]) => setForm((now) => ({ ...now, [key]: value }))
  const text = (key: 'name' | 'slug' | 'location' | 'website') => ({
    disabled: !mayChange,
    value: form[key],
    onChange: (event: { target: { value: string } }) => set(key, event.target.value),
  })
  const changes = changesOf(form, told(organization))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    update.mutate(changes, {
      onSuccess(saved) {
        setForm(told(saved))
        toast({ title: 'Saved', tone: 'success' })
      },
    })
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <div className="grid gap-4 sm:grid-cols-[1fr_200px]">
        <Field label="Name" maxLength={100} required {...text('name')} />
        <Select
          label="Type"
          disabled={!mayChange}
          value={form.type}
          onChange={(type) => set('type', type)}
          options={organizationTypes.map((value) => ({ value, label: typeNames[value] }))}
        />
      </div>
      <Field
        label="Short name"
        hint="Used in addresses: lower-case letters, figures and hyphens."
        pattern="[a-z0-9](-?[a-z0-9])*"
        minLength={2}
        maxLength={60}
        required
        {...text('slug')}
      />
      <TextArea
        label="Description"
        rows={3}
        maxLength={2000}
        disabled={!mayChange}
        value={form.description}
        onChange={(event) => set('description', event.target.value)}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Location" maxLength={200} {...text('location')} />
        <Field label="Website" type="url" placeholder="https://" maxLength={300} {...text('website')} />
      </div>
      <ContactsField value={form.contacts} mayChange={mayChange} onChange={(contacts) => set('contacts', contacts)} />
      {update.error !== null && <Problem error={update.error} shape="line" />}
      {mayChange && (
        <div>
          <Button
            type="submit"
            tone="primary"
            isBusy={update.isPending}
            disabled={Object.keys(changes).length === 0 || form.name.trim() === ''}
          >
            Save changes
          </Button>
        </div>
      )}
    </form>
  )
}

/** Only what differs is sent, so that two who change different things at once do not undo each other. */
function changesOf(form: Told, before: Told) {
  const contacts = form.contacts.filter(({ label, value }) => label.trim() !== '' && value.trim() !== '')
  return {
    ...(form.name.trim() !== before.name && { name: form.name.trim() }),
    ...(form.slug !== before.slug && { slug: form.slug }),
    ...(form.type !== before.type && { type: form.type }),
    ...(form.description !== before.description && { description: form.description }),
    ...(form.location !== before.location && { location: form.location }),
    ...(form.website !== before.website && { website: form.website.trim() === '' ? null : form.website.trim() }),
    ...(JSON.stringify(contacts) !== JSON.stringify(before.contacts) && { contacts }),
  }
}
