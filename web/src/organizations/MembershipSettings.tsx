import {
  CLIP_LIMIT_SECONDS,
  MOST_CLIP_SECONDS,
  type Organization,
  type OrganizationSettings,
  type Persona,
} from '@trove/contract/organizations'
import type { ReactNode } from 'react'
import { isProblem } from '../lib/problem.ts'
import { Field } from '../ui/Field.tsx'
import { Problem } from '../ui/Problem.tsx'
import { Select } from '../ui/Select.tsx'
import { Switch } from '../ui/Switch.tsx'
import { useUpdateOrganization } from './queries.ts'
import { languageNames, personaNames } from './words.ts'

const NONE = 'none'

/** What holds for everybody in it; each change is saved at once. For admins, and the second factor for owners. */
export function MembershipSettings({ organization, securityLink }: MembershipSettingsProps) {
  const update = useUpdateOrganization(organization.id)
  const { persona = null, language = null, requiresSecondFactor = false } = organization.settings ?? {}
  const clipLimit = organization.settings?.clipLimitSeconds ?? CLIP_LIMIT_SECONDS
  const save = (settings: OrganizationSettings) => update.mutate({ settings })
  const isFixed = organization.status !== 'active' || update.isPending
  return (
    <div className="flex flex-col gap-5">
      <div className="grid gap-4 sm:grid-cols-2">
        <Select
          label="New people are"
          disabled={isFixed}
          value={persona ?? NONE}
          onChange={(next) => save({ persona: next === NONE ? null : (next as Persona) })}
          options={[
            { value: NONE, label: 'Nothing in particular' },
            ...Object.entries(personaNames).map(([value, label]) => ({ value, label })),
          ]}
        />
        <Select
          label="Language"
          disabled={isFixed}
          value={language ?? NONE}
          onChange={(next) => save({ language: next === NONE ? null : next })}
          options={[
            { value: NONE, label: 'Each chooses' },
            ...Object.entries(languageNames).map(([value, label]) => ({ value, label })),
          ]}
        />
        <Field
          key={clipLimit}
          label="Length of a video clip, in seconds"
          type="number"
          min={1}
          max={MOST_CLIP_SECONDS}
          disabled={isFixed}
          defaultValue={clipLimit}
          hint="A longer video can be cut."
          onBlur={({ target }) => {
            const seconds = Math.round(target.valueAsNumber)
            if (seconds >= 1 && seconds <= MOST_CLIP_SECONDS && seconds !== clipLimit)
              save({ clipLimitSeconds: seconds })
            else target.value = String(clipLimit)
          }}
        />
      </div>
      <Switch
        label="Require a second factor"
        hint="Whoever has none is kept out until they have set one up. Tell them first."
        isOn={requiresSecondFactor}
        disabled={isFixed || organization.role !== 'owner'}
        onChange={(isOn) => save({ requiresSecondFactor: isOn })}
      />
      {update.error !== null && (
        <div className="flex flex-col gap-2 text-sm">
          <Problem error={update.error} shape="line" />
          {isProblem(update.error, 'second-factor-required') && <p>{securityLink}</p>}
        </div>
      )}
    </div>
  )
}

type MembershipSettingsProps = { organization: Organization; securityLink: ReactNode }
