import type { Organization } from '@trove/contract/organizations'
import { sentenceOf } from '../../lib/problem.ts'
import { Button } from '../../ui/Button.tsx'
import { toast } from '../../ui/toast.ts'
import { useErasure } from './queries.ts'

/** Takes it back, as long as it has not happened. */
export function KeepButton({ organization }: { organization: Organization }) {
  const { cancel } = useErasure(organization.id)
  return (
    <Button
      isBusy={cancel.isPending}
      onClick={() =>
        cancel.mutate(undefined, {
          onSuccess: () => toast({ title: `${organization.name} is kept`, tone: 'success' }),
          onError: (error) => toast({ title: 'That did not work', detail: sentenceOf(error), tone: 'danger' }),
        })
      }
    >
      Keep it after all
    </Button>
  )
}
