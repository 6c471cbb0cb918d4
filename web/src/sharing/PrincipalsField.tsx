import { useQuery } from '@tanstack/react-query'
import { Users, X } from 'lucide-react'
import { useEffect, useId, useState, type KeyboardEvent } from 'react'
import { cx } from '../lib/cx.ts'
import { sentenceOf } from '../lib/api.ts'
import { Avatar } from '../ui/Avatar.tsx'
import { inputClass } from '../ui/Field.tsx'
import { principalsQuery, type Candidate } from './queries.ts'

const REST_MS = 180

/** Finds people and teams by name or address, and gathers them. */
export function PrincipalsField({ organization, chosen, onChange }: PrincipalsFieldProps) {
  const id = useId()
  const [typed, setTyped] = useState('')
  const [isOpen, setOpen] = useState(false)
  const [at, setAt] = useState(0)
  const search = useRested(typed.trim())
  const { data, error } = useQuery({ ...principalsQuery(organization.id, search), enabled: isOpen })
  const everyone: Candidate = { kind: 'organization', ...organization, hint: 'Members, without guests' }
  const isAskedFor = `everyone in ${organization.name}`.toLowerCase().includes(typed.trim().toLowerCase())
  const found = [...(isAskedFor ? [everyone] : []), ...(data ?? [])].filter(
    (one) => !chosen.some((other) => other.id === one.id),
  )
  const active = Math.min(at, found.length - 1)

  const choose = (one: Candidate | undefined) => {
    if (one === undefined) return
    onChange([...chosen, one])
    setTyped('')
    setAt(0)
    setOpen(false)
  }
  const press = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      setOpen(true)
      setAt((active + (event.key === 'ArrowDown' ? 1 : -1) + found.length) % Math.max(1, found.length))
    } else if (event.key === 'Enter' && isOpen) {
      event.preventDefault()
      choose(found[active])
    } else if (event.key === 'Backspace' && typed === '') onChange(chosen.slice(0, -1))
    else if (event.key === 'Escape') setOpen(false)
  }
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="text-sm font-medium">
        Add people or teams
      </label>
      {chosen.length > 0 && (
        <ul aria-label="Chosen" className="flex flex-wrap gap-1.5">
          {chosen.map((one) => (
            <Chip key={one.id} one={one} onRemove={() => onChange(chosen.filter((other) => other.id !== one.id))} />
          ))}
        </ul>
      )}
      <input
        id={id}
        role="combobox"
        aria-expanded={isOpen}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        {...(isOpen && found[active] !== undefined ? { 'aria-activedescendant': `${id}-${found[active].id}` } : {})}
        className={inputClass}
        placeholder="Name, e-mail or team"
        autoComplete="off"
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value)
          setOpen(true)
          setAt(0)
        }}
        autoFocus
        onBlur={() => setOpen(false)}
        onKeyDown={press}
      />
      <div
        id={`${id}-list`}
        role="listbox"
        aria-label="People and teams"
        className={cx('max-h-56 overflow-y-auto rounded-md border border-line bg-canvas p-1', !isOpen && 'hidden')}
      >
        {found.map((one, index) => (
          <div
            key={one.id}
            id={`${id}-${one.id}`}
            role="option"
            aria-selected={index === active}
            // The field keeps the keyboard.
            onMouseDown={(event) => event.preventDefault()}
            onMouseMove={() => setAt(index)}
            onClick={() => choose(one)}
            className={cx(
              'touchable flex cursor-default items-center gap-2.5 rounded-md px-2 py-1.5 text-sm',
              index === active && 'bg-hover',
            )}
          >
            <PrincipalMark {...one} />
            <span className="min-w-0 flex-1 truncate font-medium">
              {one.kind === 'organization' ? `Everyone in ${one.name}` : one.name}
            </span>
            <span className="min-w-0 truncate text-xs text-ink-faint">{one.hint}</span>
          </div>
        ))}
        {found.length === 0 && (
          <div role="option" aria-selected={false} aria-disabled className="px-2 py-1.5 text-sm text-ink-faint">
            {error !== null
              ? sentenceOf(error)
              : data === undefined
                ? 'Looking …'
                : `Nobody here is called “${typed.trim()}”.`}
          </div>
        )}
      </div>
    </div>
  )
}

function Chip({ one, onRemove }: { one: Candidate; onRemove: () => void }) {
  const name = one.kind === 'organization' ? `Everyone in ${one.name}` : one.name
  return (
    <li className="flex h-7 items-center gap-1.5 rounded-full bg-active pr-1 pl-1.5 text-sm pointer-coarse:h-9">
      <PrincipalMark {...one} isSmall />
      <span className="max-w-48 truncate">{name}</span>
      <button
        type="button"
        aria-label={`Leave out ${name}`}
        onClick={onRemove}
        className="flex size-5 items-center justify-center rounded-full text-ink-faint hover:bg-hover hover:text-ink pointer-coarse:size-8"
      >
        <X className="size-3.5" />
      </button>
    </li>
  )
}

/** A face for a person, a sign for a group. */
export function PrincipalMark({ kind, id, name, isSmall = false }: PrincipalMarkProps) {
  if (kind === 'user') return <Avatar id={id} name={name} {...(isSmall ? { size: 'small' } : {})} />
  return (
    <span
      aria-hidden
      className={cx(
        'flex shrink-0 items-center justify-center rounded-full bg-accent-soft text-accent',
        isSmall ? 'size-5' : 'size-7',
      )}
    >
      <Users className={isSmall ? 'size-3' : 'size-4'} />
    </span>
  )
}

function useRested(value: string): string {
  const [rested, setRested] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), REST_MS)
    return () => clearTimeout(timer)
  }, [value])
  return rested
}

type PrincipalMarkProps = Pick<Candidate, 'kind' | 'id' | 'name'> & { isSmall?: boolean }

type PrincipalsFieldProps = {
  organization: { id: string; name: string }
  chosen: readonly Candidate[]
  onChange: (chosen: Candidate[]) => void
}
