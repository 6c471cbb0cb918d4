import type { Member } from '@trove/contract/members'
import type { Organization } from '@trove/contract/organizations'
import { UserMinus } from 'lucide-react'
import { useState } from 'react'
import { AskDialog } from '../../ui/AskDialog.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { Problem } from '../../ui/Problem.tsx'
import { toast } from '../../ui/toast.ts'
import { useRemoveMember } from './queries.ts'

export function RemoveMember({ member, organization }: { member: Member; organization: Organization }) {
  const [isAsking, setAsking] = useState(false)
  const remove = useRemoveMember(organization.id)
  const confirm = () =>
    remove.mutate(member, {
      onSuccess() {
        setAsking(false)
        toast({ title: `${member.name} was removed` })
      },
    })
  return (
    <>
      <IconButton
        label={`Remove ${member.name}`}
        tone="danger"
        size="small"
        icon={<UserMinus />}
        onClick={() => setAsking(true)}
      />
      <AskDialog
        title={`Remove ${member.name}?`}
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        apply="Remove"
        tone="danger"
        isBusy={remove.isPending}
        onApply={confirm}
      >
        <p className="text-base text-ink-soft">
          They lose access to {organization.name} at once, with their places in teams and what was shared with them by
          name. What they uploaded stays here.
        </p>
        {remove.error !== null && <Problem error={remove.error} shape="line" />}
      </AskDialog>
    </>
  )
}
