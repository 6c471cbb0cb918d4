import type { AccessChange } from '@trove/contract/grants'
import { useQueries } from '@tanstack/react-query'
import { Eye } from 'lucide-react'
import { sentenceOf } from '../lib/api.ts'
import { previewQuery } from './queries.ts'
import { changeSentences } from './words.ts'

/** Each costs a question: of many things, the first tell. */
const MOST_ASKED = 24

/** What changes would do to people, told before they are made. */
export function ChangePreview({ changes }: { changes: readonly { resourceId: string; change: AccessChange }[] }) {
  const asked = changes.slice(0, MOST_ASKED)
  const answers = useQueries({
    queries: asked.map(({ resourceId, change }) => previewQuery(resourceId, change)),
  })
  const error = answers.find((one) => one.error !== null)?.error
  const isPending = answers.some((one) => one.isPending)
  return (
    <div className="flex gap-2 text-sm" aria-live="polite">
      <Eye aria-hidden className="mt-0.5 size-4 shrink-0 text-ink-faint" />
      {error !== undefined && error !== null ? (
        <p className="text-danger">{sentenceOf(error)}</p>
      ) : isPending ? (
        <p className="text-ink-faint">Looking who will see it …</p>
      ) : (
        <div className="text-ink-soft">
          {wordsOf(answers.flatMap(({ data }) => (data === undefined ? [] : [data]))).map((one) => (
            <p key={one}>{one}</p>
          ))}
          {asked.length < changes.length && <p>The same is done to the rest.</p>}
        </div>
      )}
    </div>
  )
}

type Answer = { changes: { person: { id: string; name: string }; before: string[]; after: string[] }[]; count: number }

/** One person may be reached by several changes: they are counted once, with everything they gain. */
function wordsOf(answers: readonly Answer[]): string[] {
  const people = new Map<string, Answer['changes'][number]>()
  for (const { person, before, after } of answers.flatMap((one) => one.changes)) {
    const known = people.get(person.id)
    people.set(person.id, {
      person,
      before: known === undefined ? before : before.filter((right) => known.before.includes(right)),
      after: [...new Set([...(known?.after ?? []), ...after])],
    })
  }
  const unnamed = Math.max(0, ...answers.map((one) => one.count - one.changes.length))
  const told = changeSentences([...people.values()] as Parameters<typeof changeSentences>[0], people.size + unnamed)
  return told.length === 0 ? ['Nobody sees more or less than now.'] : told
}
