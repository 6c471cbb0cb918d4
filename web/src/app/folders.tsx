import type { ResourceName } from '@trove/contract/grants'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useCallback, type ReactNode } from 'react'
import { rememberOrganization } from '../organizations/index.ts'
import { FoldersPage } from '../pages/FoldersPage.tsx'
import { PersonAccessPage } from '../pages/PersonAccessPage.tsx'
import { TrashPage } from '../pages/TrashPage.tsx'
import { useFilesSearch, useFolderLinks } from './address.ts'

export function Folders() {
  const { folderId }: { folderId?: string } = useParams({ strict: false })
  const navigate = useNavigate()
  const onElsewhere = useCallback(
    (organization: string) => {
      rememberOrganization(organization)
      void navigate({ to: '.', search: (now: object) => ({ ...now, organization }), replace: true })
    },
    [navigate],
  )
  return (
    <FoldersPage
      {...useFilesSearch()}
      folderId={folderId}
      links={useFolderLinks()}
      onElsewhere={onElsewhere}
      eventLink={({ id }, children, className) => (
        <Link to="/events/$eventId" params={{ eventId: id }} search={{}} className={className}>
          {children}
        </Link>
      )}
      allEvents={(folder) => (
        <Link to="/events" search={{ folder }} className="text-accent underline-offset-4 hover:underline">
          All events here
        </Link>
      )}
    />
  )
}

export function Trash() {
  return <TrashPage {...useFilesSearch()} links={useFolderLinks()} />
}

export function PersonAccess() {
  const { userId = '' }: { userId?: string } = useParams({ strict: false })
  return <PersonAccessPage userId={userId} linkTo={linkTo} />
}

const linkClass = 'block min-w-0 underline-offset-4 hover:underline'

function linkTo({ id, kind }: ResourceName, children: ReactNode) {
  return kind === 'folder' ? (
    <Link to="/folders/$folderId" params={{ folderId: id }} className={linkClass}>
      {children}
    </Link>
  ) : kind === 'event' ? (
    <Link to="/events/$eventId" params={{ eventId: id }} search={{}} className={linkClass}>
      {children}
    </Link>
  ) : (
    <Link to="/library" search={{ open: id }} className={linkClass}>
      {children}
    </Link>
  )
}
