import type { Response } from '@trove/contract/endpoint'
import { plans, tiers, type listAllOrganizations, type Tier } from '@trove/contract/organizations'
import { useState, type FormEvent } from 'react'
import { formatBytes } from '../lib/format.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Field } from '../ui/Field.tsx'
import { Problem } from '../ui/Problem.tsx'
import { Select } from '../ui/Select.tsx'
import { Switch } from '../ui/Switch.tsx'
import { useSetPlan, useSetQuota } from './queries.ts'
import { tierNames } from './words.ts'

const GIB = 1024 ** 3

export type Listed = Response<typeof listAllOrganizations>['items'][number]

/** What an organization may use, and whether anything may be added to it; for the administrator. */
export function PlanDialog({ organization, onClose }: { organization: Listed; onClose: () => void }) {
  const { id: organizationId, quota, billingEmail } = organization
  const [tier, setTier] = useState<Tier>(organization.tier)
  const [gigabytes, setGigabytes] = useState(inGigabytes(quota.limitBytes))
  const [reference, setReference] = useState(organization.billingReference ?? '')
  const [isSuspended, setSuspended] = useState(organization.status === 'suspended')
  const setPlan = useSetPlan()
  const setQuota = useSetQuota()
  const limitBytes = Math.round(Number(gigabytes) * GIB)
  const isNumber = gigabytes.trim() !== '' && Number.isFinite(limitBytes) && limitBytes >= 0
  const mayBeSuspended = organization.status === 'active' || organization.status === 'suspended'
  const choose = (next: Tier) => {
    setTier(next)
    const { storageBytes } = plans[next]
    if (storageBytes !== undefined) setGigabytes(inGigabytes(storageBytes))
  }
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    try {
      await setPlan.mutateAsync({
        organizationId,
        tier,
        billingReference: reference.trim() === '' ? null : reference.trim(),
        ...(mayBeSuspended && { status: isSuspended ? 'suspended' : 'active' }),
      })
      await setQuota.mutateAsync({ organizationId, limitBytes })
      onClose()
    } catch {
      // The mutation keeps the refusal, and it is shown below.
    }
  }
  const error = setPlan.error ?? setQuota.error
  return (
    <Dialog
      title={organization.name}
      description={`${formatBytes(quota.usedBytes)} are in use.${billingEmail === undefined ? '' : ` Bills go to ${billingEmail}.`}`}
      isOpen
      onClose={onClose}
    >
      <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        <div className="grid grid-cols-2 gap-4">
          <Select
            label="Plan"
            value={tier}
            onChange={choose}
            options={tiers.map((value) => ({ value, label: tierNames[value] }))}
          />
          <Field
            label="Limit in GB"
            type="number"
            min={0}
            step="any"
            inputMode="decimal"
            value={gigabytes}
            onChange={(event) => setGigabytes(event.target.value)}
            error={isNumber ? undefined : 'A number of gigabytes, such as 100.'}
            hint={
              isNumber && limitBytes < quota.usedBytes
                ? 'Less than what is in use: everything stays readable, and nothing can be added.'
                : undefined
            }
          />
        </div>
        <Field
          label="Customer reference (optional)"
          hint="How the bills name it. Only administrators see this."
          maxLength={200}
          value={reference}
          onChange={(event) => setReference(event.target.value)}
        />
        <Switch
          label="Suspended"
          hint="Its people read and download; nothing can be added or changed."
          isOn={isSuspended}
          disabled={!mayBeSuspended}
          onChange={setSuspended}
        />
        {error !== null && <Problem error={error} shape="line" />}
        <div className="flex justify-end gap-2">
          <Button tone="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button tone="primary" type="submit" disabled={!isNumber} isBusy={setPlan.isPending || setQuota.isPending}>
            Save changes
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

const inGigabytes = (bytes: number): string => String(+(bytes / GIB).toFixed(2))
