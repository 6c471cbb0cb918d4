import type { TagRef } from '@trove/contract/tags'
import { TagField } from './TagField.tsx'
import { withTags } from './tags.ts'

export type TagChange = { added: readonly TagRef[]; removed: readonly TagRef[] }

/** Which tags many things are to get, and which of those that they have they are to lose. */
export function TagChoices({ organizationId, present, change, onChange }: TagChoicesProps) {
  const { added, removed } = change
  const add = (next: readonly TagRef[]) => onChange({ ...change, added: next })
  const toggle = (tag: TagRef, isGone: boolean) =>
    onChange({ ...change, removed: isGone ? removed.filter(({ id }) => id !== tag.id) : [...removed, tag] })
  return (
    <div className="flex min-h-40 flex-col gap-4">
      <div className="flex flex-col gap-1.5">
        <span className="text-sm font-medium">Add</span>
        <TagField
          organizationId={organizationId}
          label="Tags to add"
          tags={added}
          mayMake
          autoFocus
          onAdd={(tag) => add(withTags(added, [tag], []))}
          onRemove={(tag) => add(withTags(added, [], [tag]))}
        />
      </div>
      {present.length > 0 && (
        <div role="group" aria-label="Tags to take away" className="flex flex-col gap-1.5">
          <span className="text-sm font-medium">Take away</span>
          <div className="flex flex-wrap gap-1">
            {present.map((tag) => {
              const isGone = removed.some(({ id }) => id === tag.id)
              return (
                <button
                  key={tag.id}
                  type="button"
                  aria-pressed={isGone}
                  onClick={() => toggle(tag, isGone)}
                  className={`h-7 max-w-full truncate rounded-full px-2.5 text-xs ${isGone ? 'bg-danger-soft text-danger line-through' : 'bg-active'}`}
                >
                  {tag.name}
                </button>
              )
            })}
          </div>
        </div>
      )}
    </div>
  )
}

type TagChoicesProps = {
  organizationId: string
  /** Those that some of them have. */
  present: readonly TagRef[]
  change: TagChange
  onChange: (change: TagChange) => void
}
