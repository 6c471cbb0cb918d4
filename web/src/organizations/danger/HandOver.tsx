import { roles } from '@trove/contract/access'
import type { Member } from '@trove/contract/members'
import type { Organization } from '@trove/contract/organizations'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { AskDialog } from '../../ui/AskDialog.tsx'
import { Button } from '../../ui/Button.tsx'
import { Problem } from '../../ui/Problem.tsx'
import { Select } from '../../ui/Select.tsx'
import { toast } from '../../ui/toast.ts'
import { membersQuery } from '../people/queries.ts'
import { roleNames } from '../words.ts'
import { useHandOver } from './queries.ts'

/** Makes somebody else owner and oneself admin. For owners. */
export function HandOver({ organization, meId }: { organization: Organization; meId: string }) {
  const [isAsking, setAsking] = useState(false)
  const { data: members = [] } = useInfiniteQuery(membersQuery(organization.id, {}))
  const others = members
    .filter(({ userId, role, isBarred }) => userId !== meId && role !== 'owner' && !isBarred)
    .toSorted((a, b) => roles.indexOf(a.role) - roles.indexOf(b.role))
  return (
    <>
      <Button disabled={others.length === 0} onClick={() => setAsking(true)}>
        Hand over
      </Button>
      {isAsking && <HandOverDialog organization={organization} others={others} onClose={() => setAsking(false)} />}
    </>
  )
}

function HandOverDialog({
  organization,
  others,
  onClose,
}: {
  organization: Organization
  others: Member[]
  onClose: () => void
}) {
  const [userId, setUserId] = useState(others[0]?.userId ?? '')
  const handOver = useHandOver(organization.id)
  const chosen = others.find((one) => one.userId === userId)
  const confirm = () =>
    handOver.mutate(userId, {
      onSuccess() {
        toast({ title: `${chosen?.name ?? 'They'} own ${organization.name} now`, detail: 'You are an admin of it.' })
        onClose()
      },
    })
  return (
    <AskDialog
      title={`Hand over ${organization.name}`}
      onClose={onClose}
      apply="Hand over"
      tone="danger"
      canApply={chosen !== undefined}
      isBusy={handOver.isPending}
      onApply={confirm}
    >
      <div className="flex flex-col gap-4">
        <Select
          label="To"
          value={userId}
          onChange={setUserId}
          options={others.map((one) => ({ value: one.userId, label: one.name, hint: roleNames[one.role] }))}
        />
        <p className="text-base text-ink-soft">
          They become owner and you become admin, both at once. Only they can take it back.
        </p>
        {handOver.error !== null && <Problem error={handOver.error} shape="line" />}
      </div>
    </AskDialog>
  )
}
