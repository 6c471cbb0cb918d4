import type { ReactNode } from 'react'
import { Avatar } from '../../ui/Avatar.tsx'

/** A person in a list: name, address, and what is to be said of them. */
export function Who({ id, name, email, isMe = false, children }: WhoProps) {
  return (
    <span className="flex min-w-0 items-center gap-2.5">
      <Avatar id={id} name={name} />
      <span className="min-w-0">
        <span className="flex flex-wrap items-center gap-x-2">
          <span className="truncate font-medium">
            {name}
            {isMe && <span className="font-normal text-ink-faint"> (you)</span>}
          </span>
          {children}
        </span>
        <span className="block truncate text-xs text-ink-faint">{email}</span>
      </span>
    </span>
  )
}

type WhoProps = { id: string; name: string; email: string; isMe?: boolean; children?: ReactNode }
