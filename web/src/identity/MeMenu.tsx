import type { Me } from '@trove/contract/identity'
import { Keyboard, LogOut, Monitor, Moon, ShieldCheck, Sun, UserRound } from 'lucide-react'
import type { ReactNode } from 'react'
import { useIsPhone } from '../lib/screen.ts'
import { useStore } from '../lib/store.ts'
import { theme, themes, type Theme } from '../lib/theme.ts'
import { Avatar } from '../ui/Avatar.tsx'
import { Menu, MenuAction, MenuHeading, MenuLine } from '../ui/Menu.tsx'
import { avatarUrl } from './account/avatar-url.ts'
import { signOut } from './queries.ts'

const NAMES: Record<Theme, string> = { system: 'As the system', light: 'Light', dark: 'Dark' }
const ICONS: Record<Theme, ReactNode> = { system: <Monitor />, light: <Sun />, dark: <Moon /> }

/** Who is signed in, how the page looks, and the way out. */
export function MeMenu({ me, onShortcuts, onAccount, onSecurity, children }: MeMenuProps) {
  const chosen = useStore(theme)
  const isPhone = useIsPhone()
  return (
    <Menu
      label="Your account"
      trigger={
        <button type="button" className="touchable inline-flex items-center justify-center rounded-full">
          <span className="sr-only">Your account, {me.name}</span>
          <Avatar id={me.id} name={me.name} src={avatarUrl(me)} />
        </button>
      }
    >
      <div className="px-2 pt-1.5 pb-1">
        <p className="truncate font-medium">{me.name}</p>
        <p className="truncate text-xs text-ink-faint">{me.email}</p>
      </div>
      {children}
      <MenuLine />
      <MenuAction icon={<UserRound />} onSelect={onAccount}>
        Account
      </MenuAction>
      <MenuAction icon={<ShieldCheck />} onSelect={onSecurity}>
        Security
      </MenuAction>
      <MenuLine />
      <MenuHeading>Theme</MenuHeading>
      {themes.map((one) => (
        <MenuAction key={one} icon={ICONS[one]} isChecked={one === chosen} onSelect={() => theme.set(one)}>
          {NAMES[one]}
        </MenuAction>
      ))}
      <MenuLine />
      {!isPhone && (
        <MenuAction icon={<Keyboard />} keys="?" onSelect={onShortcuts}>
          Keyboard shortcuts
        </MenuAction>
      )}
      <MenuAction icon={<LogOut />} onSelect={() => void signOut()}>
        Sign out
      </MenuAction>
    </Menu>
  )
}

type MeMenuProps = {
  me: Me
  onShortcuts: () => void
  onAccount: () => void
  onSecurity: () => void
  children?: ReactNode
}
