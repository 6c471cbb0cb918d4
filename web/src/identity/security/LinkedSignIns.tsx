import type { LinkedSignIn } from '@trove/contract/sign-in'
import { Link2, Unlink } from 'lucide-react'
import { formatDate } from '../../lib/format.ts'
import { sentenceOf } from '../../lib/problem.ts'
import { Button } from '../../ui/Button.tsx'
import { Problem } from '../../ui/Problem.tsx'
import { toast } from '../../ui/toast.ts'
import { refusalSentence } from '../sign-in/refusals.ts'
import { Line, Lines } from './Lines.tsx'
import { useLink, useUnlink } from './queries.ts'

/** Signing in with the provider of this installation. */
export function LinkedSignIns({
  linked,
  providerName,
  refused,
}: {
  linked: readonly LinkedSignIn[]
  providerName: string | undefined
  /** Why linking was refused just now. */
  refused: string | undefined
}) {
  const link = useLink()
  const unlink = useUnlink()
  const told = refusalSentence(refused)
  const isLinked = linked.some(({ isOfThisProvider }) => isOfThisProvider)
  const remove = (id: string) =>
    unlink.mutate(id, {
      onSuccess: () => toast({ title: 'No longer linked' }),
      onError: (problem) => toast({ tone: 'danger', title: 'Still linked', detail: sentenceOf(problem) }),
    })
  return (
    <div className="flex flex-col gap-4">
      {told !== undefined && !isLinked && <Problem error={new Error(told)} shape="line" />}
      {linked.length > 0 && (
        <Lines label="Linked sign-ins">
          {linked.map(({ id, email, isOfThisProvider, createdAt }) => (
            <Line
              key={id}
              icon={<Link2 />}
              title={isOfThisProvider ? (providerName ?? 'Provider') : 'A provider of before'}
              actions={
                <Button icon={<Unlink aria-hidden className="size-4" />} onClick={() => remove(id)}>
                  Unlink
                </Button>
              }
            >
              {email === null ? '' : `${email}, `}linked {formatDate(createdAt)}.
            </Line>
          ))}
        </Lines>
      )}
      {providerName !== undefined && !isLinked && (
        <Button
          className="max-w-full self-start"
          icon={<Link2 aria-hidden className="size-4" />}
          isBusy={link.isPending || link.isSuccess}
          onClick={() => link.mutate()}
        >
          <span className="truncate">Link {providerName}</span>
        </Button>
      )}
      {link.error !== null && <Problem error={link.error} shape="line" />}
    </div>
  )
}
