import { plans, type Organization } from '@trove/contract/organizations'
import { useState, type FormEvent } from 'react'
import { formatBytes, formatCount } from '../lib/format.ts'
import { Badge } from '../ui/Badge.tsx'
import { Button } from '../ui/Button.tsx'
import { Field } from '../ui/Field.tsx'
import { Problem } from '../ui/Problem.tsx'
import { toast } from '../ui/toast.ts'
import { useUpdateOrganization } from './queries.ts'
import { QuotaBar } from './QuotaBar.tsx'
import { tierNames } from './words.ts'

/** What the plan allows and how much of it is taken. */
export function Plan({ organization }: { organization: Organization }) {
  const { quota, tier = 'unlimited', limits = {} } = organization
  const { maxMembers = plans[tier].maxMembers, maxFileBytes } = limits
  const facts = [
    ['Plan', tierNames[tier]],
    [
      'People',
      maxMembers === undefined ? 'as many as you like' : `up to ${formatCount(maxMembers, 'person', 'people')}`,
    ],
    ['Largest file', maxFileBytes === undefined ? 'as this installation allows' : formatBytes(maxFileBytes)],
  ] as const
  return (
    <div className="flex flex-col gap-6">
      <dl className="grid gap-x-8 gap-y-3 text-sm sm:grid-cols-3">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt className="text-xs text-ink-faint">{name}</dt>
            <dd className="font-medium">{value}</dd>
          </div>
        ))}
      </dl>
      {organization.status === 'suspended' && (
        <p>
          <Badge tone="warning">suspended</Badge>
        </p>
      )}
      {quota !== undefined && <QuotaBar quota={quota} />}
    </div>
  )
}

/** Where bills go; for admins. */
export function BillingForm({ organization }: { organization: Organization }) {
  const [email, setEmail] = useState(organization.billingEmail ?? '')
  const update = useUpdateOrganization(organization.id)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    update.mutate(
      { billingEmail: email.trim() === '' ? null : email.trim() },
      { onSuccess: () => toast({ title: 'Saved', tone: 'success' }) },
    )
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-3">
      <div className="flex flex-wrap items-end gap-2">
        <Field
          label="Billing e-mail"
          type="email"
          maxLength={254}
          className="min-w-56 flex-1"
          disabled={organization.status !== 'active'}
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
        <Button
          type="submit"
          className="h-9"
          isBusy={update.isPending}
          disabled={email.trim() === (organization.billingEmail ?? '') || organization.status !== 'active'}
        >
          Save
        </Button>
      </div>
      {update.error !== null && <Problem error={update.error} shape="line" />}
    </form>
  )
}
