import { organizationTypes, type Organization, type OrganizationType } from '@trove/contract/organizations'
import { useState, type FormEvent } from 'react'
import { Button } from '../ui/Button.tsx'
import { Field } from '../ui/Field.tsx'
import { Problem } from '../ui/Problem.tsx'
import { Select } from '../ui/Select.tsx'
import { toast } from '../ui/toast.ts'
import { useUpdateOrganization } from './queries.ts'
import { typeNames } from './words.ts'

export function OrganizationForm({ organization, mayChange }: { organization: Organization; mayChange: boolean }) {
  const [name, setName] = useState(organization.name)
  const [type, setType] = useState<OrganizationType>(organization.type)
  const update = useUpdateOrganization(organization.id)
  const isChanged = name.trim() !== organization.name || type !== organization.type
  const submit = (event: FormEvent) => {
    event.preventDefault()
    update.mutate({ name: name.trim(), type }, { onSuccess: () => toast({ title: 'Saved', tone: 'success' }) })
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <div className="grid gap-4 sm:grid-cols-[1fr_200px]">
        <Field
          label="Name"
          disabled={!mayChange}
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <Select
          label="Type"
          disabled={!mayChange}
          value={type}
          onChange={setType}
          options={organizationTypes.map((value) => ({ value, label: typeNames[value] }))}
        />
      </div>
      {update.error !== null && <Problem error={update.error} shape="line" />}
      {mayChange && (
        <div>
          <Button type="submit" tone="primary" isBusy={update.isPending} disabled={!isChanged || name.trim() === ''}>
            Save changes
          </Button>
        </div>
      )}
    </form>
  )
}
