import type { Me } from '@trove/contract/identity'
import { useNavigate } from '@tanstack/react-router'
import { CloudOff, RefreshCw } from 'lucide-react'
import { useLayoutEffect, useRef, type ReactNode } from 'react'
import { MeMenu } from '../identity/index.ts'
import { liveState } from '../lib/live.ts'
import { useStore } from '../lib/store.ts'
import type { BarSlots } from '../ui/Bar.tsx'
import { shortcutsAreShown } from '../ui/ShortcutsDialog.tsx'

/** Over every place: where one is, its search, its actions, and who one is. Places fill the slots. */
export function TopBar({
  me,
  onSlots,
  meActions,
}: {
  me: Me
  onSlots: (slots: BarSlots) => void
  meActions?: ReactNode
}) {
  const navigate = useNavigate()
  const title = useRef<HTMLDivElement>(null)
  const search = useRef<HTMLDivElement>(null)
  const actions = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    onSlots({ title: title.current, search: search.current, actions: actions.current })
  }, [onSlots])
  return (
    <header className="flex h-13 shrink-0 items-center gap-3 border-b border-line px-4 max-sm:px-3 sm:grid sm:grid-cols-[1fr_minmax(0,28rem)_1fr]">
      <div className="flex min-w-0 items-center gap-3">
        <div ref={title} className="min-w-0" />
        <Connection />
      </div>
      <div ref={search} className="min-w-0 max-sm:flex-1" />
      <div className="flex items-center justify-end gap-3">
        <div ref={actions} className="flex items-center gap-2 empty:hidden" />
        <MeMenu
          me={me}
          onShortcuts={() => shortcutsAreShown.set(true)}
          onAccount={() => void navigate({ to: '/settings/account' })}
          onSecurity={() => void navigate({ to: '/settings/security' })}
        >
          {meActions}
        </MeMenu>
      </div>
    </header>
  )
}

/** Says quietly that the page does not hear the server, and that it catches up. */
function Connection() {
  const state = useStore(liveState)
  return (
    <div role="status" className="shrink-0 text-xs">
      {state === 'offline' && (
        <span className="flex h-6 animate-appear items-center gap-1.5 rounded-full bg-warning-soft px-2.5 text-warning">
          <CloudOff aria-hidden className="size-3.5" /> Offline<span className="max-sm:hidden"> · trying again</span>
        </span>
      )}
      {state === 'catching-up' && (
        <span className="flex h-6 animate-appear items-center gap-1.5 rounded-full bg-active px-2.5 text-ink-soft">
          <RefreshCw aria-hidden className="size-3.5 animate-turn" /> Catching up
        </span>
      )}
    </div>
  )
}
