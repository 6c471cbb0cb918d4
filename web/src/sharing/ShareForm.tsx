import { useState, type FormEvent } from 'react'
import { UserPlus } from 'lucide-react'
import { sentenceOf } from '../lib/api.ts'
import { principalName } from '../lib/principal.ts'
import { Button } from '../ui/Button.tsx'
import { Problem } from '../ui/Problem.tsx'
import { toast } from '../ui/toast.ts'
import { ChangePreview } from './ChangePreview.tsx'
import { PrincipalsField } from './PrincipalsField.tsx'
import { useGrantActions, type Candidate, type GrantBody } from './queries.ts'
import { heldOnAll, presetRights } from './rights.ts'
import { endOf, RightsField, type Given } from './RightsField.tsx'
import { givenIds, subjectName, type Sharing } from './subject.ts'

/** Gives something to people and teams; says first who will see it. */
export function ShareForm({ subject, organization }: ShareFormProps) {
  const { give } = useGrantActions()
  const [chosen, setChosen] = useState<Candidate[]>([])
  const [given, setGiven] = useState<Given>({ rights: [...presetRights.view], until: '' })
  const [error, setError] = useState<unknown>(undefined)
  const [isBusy, setBusy] = useState(false)
  const end = endOf(given.until)
  const bodies: GrantBody[] = chosen.map(({ kind, id }) => ({
    principal: { kind, id },
    rights: given.rights,
    ...(end === undefined ? {} : { expiresAt: end }),
  }))
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (bodies.length === 0) return
    setBusy(true)
    setError(undefined)
    let done = 0
    try {
      for (const resource of subject.resources) {
        for (const body of bodies) {
          await give(resource, body)
          done += 1
        }
      }
      toast({ tone: 'success', title: `${subjectName(subject)} shared with ${namesOf(chosen)}` })
      setChosen([])
    } catch (refusal) {
      setError(done === 0 ? refusal : new Error(`Shared in part. ${sentenceOf(refusal)}`))
    }
    setBusy(false)
  }
  return (
    <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
      <PrincipalsField organization={organization} chosen={chosen} onChange={setChosen} />
      {chosen.length > 0 && (
        <>
          <RightsField given={given} held={heldOnAll(subject.resources)} onChange={setGiven} />
          <ChangePreview
            changes={givenIds(subject).flatMap((id) =>
              bodies.map((body) => ({ resourceId: id, change: { set: body } })),
            )}
          />
          {error !== undefined && <Problem error={error} shape="line" />}
          <div className="flex justify-end">
            <Button tone="primary" type="submit" icon={<UserPlus className="size-4" />} isBusy={isBusy}>
              Share
            </Button>
          </div>
        </>
      )}
    </form>
  )
}

function namesOf(chosen: readonly Candidate[]): string {
  const [first] = chosen
  if (chosen.length === 1 && first !== undefined) return principalName(first)
  return `${chosen.length} people and teams`
}

type ShareFormProps = { subject: Sharing; organization: { id: string; name: string } }
