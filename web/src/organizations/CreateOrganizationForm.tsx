import { organizationTypes, type Organization, type OrganizationType } from '@trove/contract/organizations'
import {
  BriefcaseBusiness,
  Building2,
  Clapperboard,
  GraduationCap,
  House,
  School,
  Stethoscope,
  User,
} from 'lucide-react'
import { RadioGroup } from 'radix-ui'
import { useState, type FormEvent, type ReactNode } from 'react'
import { Button } from '../ui/Button.tsx'
import { Field } from '../ui/Field.tsx'
import { Problem } from '../ui/Problem.tsx'
import { useCreateOrganization } from './queries.ts'
import { typeNames } from './words.ts'

const ICONS: Record<OrganizationType, ReactNode> = {
  company: <BriefcaseBusiness />,
  clinic: <Stethoscope />,
  school: <School />,
  university: <GraduationCap />,
  studio: <Clapperboard />,
  family: <House />,
  independent: <User />,
}

/** A group's name and what kind of group it is. */
export function CreateOrganizationForm({ onCreated }: { onCreated: (organization: Organization) => void }) {
  const [name, setName] = useState('')
  const [type, setType] = useState<OrganizationType>('studio')
  const [isTold, setTold] = useState(false)
  const create = useCreateOrganization()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTold(true)
    if (name.trim() !== '') create.mutate({ name: name.trim(), type }, { onSuccess: onCreated })
  }
  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-5">
      <Field
        label="Name"
        autoFocus
        autoComplete="organization"
        maxLength={100}
        placeholder="Harbour Street Studio"
        value={name}
        onChange={(event) => setName(event.target.value)}
        error={isTold && name.trim() === '' ? 'Give it the name that its people use.' : undefined}
      />
      <fieldset>
        <legend className="mb-1.5 text-sm font-medium" id="organization-type">
          What kind of group is it?
        </legend>
        <RadioGroup.Root
          aria-labelledby="organization-type"
          value={type}
          onValueChange={(next) => setType(next as OrganizationType)}
          className="grid grid-cols-2 gap-2"
        >
          {organizationTypes.map((one) => (
            <RadioGroup.Item
              key={one}
              value={one}
              className="touchable flex h-10 items-center gap-2.5 rounded-md border border-line bg-surface px-3 text-sm text-ink-soft transition-colors hover:bg-hover data-[state=checked]:border-accent data-[state=checked]:bg-accent-soft data-[state=checked]:font-medium data-[state=checked]:text-ink [&_svg]:size-4"
            >
              {ICONS[one]} {typeNames[one]}
            </RadioGroup.Item>
          ))}
        </RadioGroup.Root>
      </fieldset>
      {create.error !== null && <Problem error={create.error} shape="line" />}
      <Button
        tone="primary"
        size="large"
        type="submit"
        icon={<Building2 className="size-4" />}
        isBusy={create.isPending}
      >
        Create organization
      </Button>
    </form>
  )
}
