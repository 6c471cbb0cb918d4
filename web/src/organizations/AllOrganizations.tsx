import { useQuery } from '@tanstack/react-query'
import { Pencil } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { formatBytes, formatDate } from '../lib/format.ts'
import { Avatar } from '../ui/Avatar.tsx'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Field } from '../ui/Field.tsx'
import { IconButton } from '../ui/IconButton.tsx'
import { Problem } from '../ui/Problem.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { Table } from '../ui/Table.tsx'
import { allOrganizationsQuery, useSetQuota } from './queries.ts'
import { QuotaBar } from './QuotaBar.tsx'
import { typeNames } from './words.ts'

const GIB = 1024 ** 3

type Listed = { id: string; name: string; quota: { limitBytes: number; usedBytes: number } }

/** Every organization of the installation with its storage. No files: the administrator sees none. */
export function AllOrganizations() {
  const { data: organizations, error, refetch } = useQuery(allOrganizationsQuery)
  const [edited, setEdited] = useState<Listed | undefined>(undefined)
  if (error !== null) return <Problem error={error} onRetry={() => void refetch()} />
  if (organizations === undefined) return <Skeleton className="h-24" />
  return (
    <>
      <Table
        label="Organizations"
        rows={organizations}
        keyOf={(organization) => organization.id}
        columns={[
          {
            title: 'Name',
            cell: ({ id, name, type }) => (
              <span className="flex items-center gap-2.5">
                <Avatar id={id} name={name} shape="square" />
                <span className="min-w-0">
                  <span className="block font-medium">{name}</span>
                  <span className="block text-xs text-ink-faint">{typeNames[type]}</span>
                </span>
              </span>
            ),
          },
          {
            title: 'Storage',
            className: 'min-w-40 sm:w-64',
            cell: ({ quota }) => <QuotaBar quota={quota} size="line" />,
          },
          {
            title: 'Since',
            className: 'max-sm:hidden tabular whitespace-nowrap text-ink-soft',
            cell: ({ createdAt }) => formatDate(createdAt),
          },
          {
            title: 'Change',
            hidesTitle: true,
            className: 'w-10 text-right',
            cell: (organization) => (
              <IconButton
                label={`Change the limit of ${organization.name}`}
                size="small"
                icon={<Pencil />}
                onClick={() => setEdited(organization)}
              />
            ),
          },
        ]}
      />
      {edited !== undefined && (
        <QuotaDialog key={edited.id} organization={edited} onClose={() => setEdited(undefined)} />
      )}
    </>
  )
}

function QuotaDialog({ organization, onClose }: { organization: Listed; onClose: () => void }) {
  const [gigabytes, setGigabytes] = useState(String(+(organization.quota.limitBytes / GIB).toFixed(2)))
  const setQuota = useSetQuota()
  const limitBytes = Math.round(Number(gigabytes) * GIB)
  const isNumber = gigabytes.trim() !== '' && Number.isFinite(limitBytes) && limitBytes >= 0
  const isBelow = isNumber && limitBytes < organization.quota.usedBytes
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (isNumber) setQuota.mutate({ organizationId: organization.id, limitBytes }, { onSuccess: onClose })
  }
  return (
    <Dialog
      title={`Storage of ${organization.name}`}
      description={`${formatBytes(organization.quota.usedBytes)} are in use.`}
      isOpen
      onClose={onClose}
    >
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Field
          label="Limit in GB"
          type="number"
          min={0}
          step="any"
          inputMode="decimal"
          autoFocus
          value={gigabytes}
          onChange={(event) => setGigabytes(event.target.value)}
          error={isNumber ? undefined : 'A number of gigabytes, such as 100.'}
          hint={isBelow ? 'Less than what is in use: everything stays readable, and nothing can be added.' : undefined}
        />
        {setQuota.error !== null && <Problem error={setQuota.error} shape="line" />}
        <div className="flex justify-end gap-2">
          <Button tone="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button tone="primary" type="submit" disabled={!isNumber} isBusy={setQuota.isPending}>
            Set limit
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
