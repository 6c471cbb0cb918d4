import type { TagRef } from '@trove/contract/tags'
import { useQuery } from '@tanstack/react-query'
import { Plus, X } from 'lucide-react'
import { useId, useRef, useState, type KeyboardEvent } from 'react'
import { sentenceOf } from '../../lib/api.ts'
import { cx } from '../../lib/cx.ts'
import { obtainTag, tagsQuery } from './tags.ts'

type Choice = { id: string; tag?: TagRef; files?: string; label: string }

/** Tags as tokens, with a field that completes what is typed and makes what there is not yet. */
export function TagField(props: TagFieldProps) {
  const { organizationId, label, tags, mayMake, onAdd, onRemove, autoFocus = false, placeholder = 'Add tags' } = props
  const id = useId()
  const field = useRef<HTMLInputElement>(null)
  const [text, setText] = useState('')
  const [isOpen, setOpen] = useState(false)
  const [active, setActive] = useState(0)
  const [error, setError] = useState<string>()
  const wanted = text.trim().normalize('NFC')
  const { data } = useQuery({ ...tagsQuery(organizationId, wanted), enabled: isOpen })
  const choices = choicesOf(
    (data?.items ?? []).filter((tag) => tag.id !== props.without),
    { wanted, present: tags, mayMake },
  )
  const at = Math.min(active, Math.max(0, choices.length - 1))

  const take = async (choice: Choice | undefined) => {
    if (choice === undefined) return
    setText('')
    setActive(0)
    setOpen(false)
    setError(undefined)
    try {
      onAdd(choice.tag ?? (await obtainTag(organizationId, wanted)))
    } catch (refused) {
      setText(wanted)
      setError(sentenceOf(refused))
    }
    field.current?.focus()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const last = tags.at(-1)
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      setOpen(true)
      setActive((at + (event.key === 'ArrowDown' ? 1 : choices.length - 1)) % Math.max(1, choices.length))
    } else if ((event.key === 'Enter' || event.key === ',') && wanted !== '') void take(choices[at])
    else if (event.key === 'Enter' && isOpen && active > 0) void take(choices[at])
    else if (event.key === 'Escape' && isOpen && (wanted !== '' || choices.length > 0)) {
      setOpen(false)
      event.stopPropagation()
    } else if (event.key === 'Backspace' && text === '' && last !== undefined) onRemove(last)
    else return
    if (event.key !== 'Backspace') event.preventDefault()
  }
  const isShown = isOpen && choices.length > 0
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="sr-only">
        {label}
      </label>
      <div
        className="relative flex flex-wrap items-center gap-1 rounded-md border border-line-strong bg-surface p-1 focus-within:border-accent"
        onPointerDown={(event) => event.target === event.currentTarget && field.current?.focus()}
      >
        {tags.map((tag) => (
          <Token key={tag.id} tag={tag} onRemove={() => onRemove(tag)} />
        ))}
        <input
          ref={field}
          id={id}
          role="combobox"
          autoComplete="off"
          autoFocus={autoFocus}
          aria-expanded={isShown}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          {...(isShown && { 'aria-activedescendant': `${id}-${at}` })}
          aria-invalid={error !== undefined || undefined}
          value={text}
          maxLength={160}
          placeholder={tags.length === 0 ? placeholder : ''}
          className="h-7 min-w-24 flex-1 bg-transparent px-1.5 text-sm outline-none placeholder:text-ink-faint"
          onChange={(event) => {
            setText(event.target.value)
            setActive(0)
            setOpen(true)
            setError(undefined)
          }}
          // Not by getting the keyboard alone: it would lie over what somebody looks at.
          onPointerDown={() => setOpen(true)}
          onBlur={() => setOpen(false)}
          onKeyDown={onKeyDown}
        />
        {isShown && (
          <ul
            id={`${id}-list`}
            role="listbox"
            aria-label="Tags"
            className="absolute top-full left-0 z-10 mt-1 max-h-56 w-full overflow-y-auto rounded-lg bg-surface p-1 text-sm shadow-high"
          >
            {choices.map((choice, index) => (
              <li
                key={choice.id}
                id={`${id}-${index}`}
                role="option"
                aria-selected={index === at}
                // Before the field loses the keyboard, and the list with it.
                onPointerDown={(event) => {
                  event.preventDefault()
                  void take(choice)
                }}
                className={cx(
                  'touchable flex cursor-default items-center gap-2 rounded-md px-2 py-1.5',
                  index === at && 'bg-hover',
                )}
              >
                {choice.tag === undefined && <Plus aria-hidden className="size-3.5 text-ink-faint" />}
                <span className="min-w-0 flex-1 truncate">{choice.label}</span>
                <span className="tabular text-xs text-ink-faint">{choice.files}</span>
              </li>
            ))}
          </ul>
        )}
      </div>
      {error !== undefined && <p className="text-xs text-danger">{error}</p>}
    </div>
  )
}

export function Token({ tag, onRemove }: { tag: TagRef; onRemove?: () => void }) {
  return (
    <span className="inline-flex h-6 max-w-full items-center gap-0.5 rounded-full bg-active pr-1 pl-2 text-xs">
      <bdi className={cx('truncate', onRemove === undefined && 'pr-1')}>{tag.name}</bdi>
      {onRemove !== undefined && (
        <button
          type="button"
          aria-label={`Remove the tag ${tag.name}`}
          onClick={onRemove}
          className="flex size-5 shrink-0 items-center justify-center rounded-full text-ink-soft hover:bg-hover hover:text-ink"
        >
          <X aria-hidden className="size-3" />
        </button>
      )}
    </span>
  )
}

function choicesOf(
  found: readonly { id: string; name: string; files: number; isMore?: true }[],
  { wanted, present, mayMake }: { wanted: string; present: readonly TagRef[]; mayMake: boolean },
): Choice[] {
  const has = new Set(present.map(({ id }) => id))
  const same = (name: string) => name.toLowerCase() === wanted.toLowerCase()
  const known: Choice[] = found
    .filter(({ id, name }) => !has.has(id) && name.toLowerCase().includes(wanted.toLowerCase()))
    // What was typed in full comes first.
    .toSorted((a, b) => Number(same(b.name)) - Number(same(a.name)))
    .map(({ id, name, files, isMore }) => ({
      id,
      label: name,
      tag: { id, name },
      files: `${files}${isMore === true ? '+' : ''}`,
    }))
  const isThere = wanted === '' || [...found, ...present].some(({ name }) => same(name))
  return isThere || !mayMake ? known : [...known, { id: 'new', label: `Make the tag “${wanted}”` }]
}

type TagFieldProps = {
  organizationId: string
  label: string
  tags: readonly TagRef[]
  /** Whether a tag that there is not yet may be made. */
  mayMake: boolean
  onAdd: (tag: TagRef) => void
  onRemove: (tag: TagRef) => void
  autoFocus?: boolean
  /** What stands in it while it is empty. */
  placeholder?: string
  /** A tag that is not offered. */
  without?: string
}
