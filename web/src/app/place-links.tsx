import {
  CalendarDays,
  Folder,
  History,
  Images,
  LayoutGrid,
  Link2,
  Settings2,
  ShieldCheck,
  Trash2,
  Upload,
  UsersRound,
} from 'lucide-react'
import type { Role } from '@trove/contract/access'
import type { ReactNode } from 'react'

export type PlaceLink = {
  to:
    | '/library'
    | '/timeline'
    | '/folders'
    | '/events'
    | '/uploads'
    | '/links'
    | '/people'
    | '/activity'
    | '/trash'
    | '/settings'
    | '/administration'
  name: string
  shortName: string
  icon: ReactNode
  /** On a phone, where a bar holds five, it is found in the menu of one's account. */
  isInMenu?: true
}

/** The places that exist, for this person in this organization. */
export function placesFor(isAdministrator: boolean, role: Role): PlaceLink[] {
  const isSupervisor = role === 'owner' || role === 'admin'
  return [
    { to: '/library', name: 'Library', shortName: 'Library', icon: <LayoutGrid aria-hidden /> },
    { to: '/timeline', name: 'Timeline', shortName: 'Timeline', icon: <CalendarDays aria-hidden /> },
    { to: '/folders', name: 'Folders', shortName: 'Folders', icon: <Folder aria-hidden /> },
    { to: '/events', name: 'Events', shortName: 'Events', icon: <Images aria-hidden /> },
    { to: '/uploads', name: 'Uploads', shortName: 'Uploads', icon: <Upload aria-hidden />, isInMenu: true },
    { to: '/links', name: 'Links', shortName: 'Links', icon: <Link2 aria-hidden />, isInMenu: true },
    // A guest is not told who else is here.
    ...(role === 'guest'
      ? []
      : [
          {
            to: '/people',
            name: 'People',
            shortName: 'People',
            icon: <UsersRound aria-hidden />,
            isInMenu: true,
          } as const,
        ]),
    ...(isSupervisor
      ? [
          {
            to: '/activity',
            name: 'Activity',
            shortName: 'Activity',
            icon: <History aria-hidden />,
            isInMenu: true,
          } as const,
        ]
      : []),
    { to: '/trash', name: 'Trash', shortName: 'Trash', icon: <Trash2 aria-hidden />, isInMenu: true },
    { to: '/settings', name: 'Settings', shortName: 'Settings', icon: <Settings2 aria-hidden />, isInMenu: true },
    ...(isAdministrator
      ? [
          {
            to: '/administration',
            name: 'Administration',
            shortName: 'Admin',
            icon: <ShieldCheck aria-hidden />,
          } as const,
        ]
      : []),
  ]
}
