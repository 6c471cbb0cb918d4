import { Search, X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { cx } from '../lib/cx.ts'
import { useShortcuts } from '../lib/keys.ts'
import { Kbd } from './Kbd.tsx'

const REST_MS = 220

/** A line to search with; says what was typed once the typing rests. `/` goes to it, Esc clears and leaves. */
export function SearchField({ label, value, onSearch, onEnter, className }: SearchFieldProps) {
  const input = useRef<HTMLInputElement>(null)
  const [typed, setTyped] = useState(value)
  const [told, setTold] = useState(value)
  // The address changed by itself, as by going back: it wins over what was typed.
  if (value !== told) {
    setTold(value)
    setTyped(value)
  }
  useEffect(() => {
    if (typed === value) return
    const timer = setTimeout(() => {
      setTold(typed)
      onSearch(typed)
    }, REST_MS)
    return () => clearTimeout(timer)
  }, [typed, value, onSearch])
  useShortcuts([{ keys: '/', label: 'Search', run: () => input.current?.select() }])

  return (
    <search className={cx('group relative', className)}>
      <Search
        aria-hidden
        className="pointer-events-none absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-ink-faint"
      />
      <input
        ref={input}
        type="search"
        aria-label={label}
        placeholder={label}
        maxLength={200}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') onEnter?.(typed)
          if (event.key !== 'Escape') return
          setTyped('')
          event.currentTarget.blur()
        }}
        className="peer h-8 w-full rounded-md border border-transparent bg-hover pr-8 pl-8.5 text-sm transition-colors hover:bg-active focus:border-line-strong focus:bg-surface [&::-webkit-search-cancel-button]:hidden"
      />
      {typed === '' ? (
        <span className="pointer-events-none absolute top-1/2 right-2 -translate-y-1/2 peer-focus:hidden pointer-coarse:hidden">
          <Kbd keys="/" />
        </span>
      ) : (
        <button
          type="button"
          aria-label="Clear the search"
          onClick={() => setTyped('')}
          className="absolute top-1/2 right-1 flex size-6 -translate-y-1/2 items-center justify-center rounded-md text-ink-faint hover:text-ink"
        >
          <X className="size-4" />
        </button>
      )}
    </search>
  )
}

type SearchFieldProps = {
  label: string
  value: string
  onSearch: (text: string) => void
  onEnter?: ((text: string) => void) | undefined
  className?: string
}
