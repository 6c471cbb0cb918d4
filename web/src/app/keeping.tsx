import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { InstallationSpacePage } from '../pages/InstallationSpacePage.tsx'
import { SpacePage } from '../pages/SpacePage.tsx'
import { IntegrityPage } from '../pages/IntegrityPage.tsx'
import { ProcessingPage } from '../pages/ProcessingPage.tsx'
import { UpkeepPage } from '../pages/UpkeepPage.tsx'
import type { LinkTo } from '../space/index.ts'
import { AdministrationPlaces, SettingsPlaces } from './SubPlaces.tsx'

const LINK = 'text-xs text-accent underline-offset-4 hover:underline'
const NAME = 'underline-offset-4 hover:underline'

export function Space() {
  return (
    <SettingsPlaces>
      <SpacePage
        actions={{
          trash: (
            <Link to="/trash" search={{}} className={LINK}>
              Open the trash
            </Link>
          ),
          unfinished: (
            <Link to="/uploads" search={{ whose: 'all', only: 'open' }} className={LINK}>
              See and cancel them
            </Link>
          ),
        }}
        linkTo={linkTo}
      />
    </SettingsPlaces>
  )
}

/** Where one can do something about what takes room. */
const linkTo: LinkTo = (by, { key, name, isTrashed }, children): ReactNode => {
  if (name === undefined) return children
  switch (by) {
    case 'file':
      return isTrashed === true ? (
        <Link to="/trash" search={{}} className={NAME}>
          {children}
        </Link>
      ) : (
        <Link to="/library" search={{ open: key }} className={NAME}>
          {children}
        </Link>
      )
    case 'folder':
      return isTrashed === true ? (
        children
      ) : (
        <Link to="/folders/$folderId" params={{ folderId: key }} search={{}} className={NAME}>
          {children}
        </Link>
      )
    case 'kind':
      return (
        <Link to="/library" search={{ kind: key as never }} className={NAME}>
          {children}
        </Link>
      )
    case 'person':
      return (
        <Link to="/people/$userId/access" params={{ userId: key }} className={NAME}>
          {children}
        </Link>
      )
  }
}

export function SpaceOfInstallation() {
  return (
    <AdministrationPlaces>
      <InstallationSpacePage />
    </AdministrationPlaces>
  )
}

export function ProcessingOfInstallation() {
  return (
    <AdministrationPlaces>
      <ProcessingPage />
    </AdministrationPlaces>
  )
}

export function Upkeep() {
  return (
    <AdministrationPlaces>
      <UpkeepPage />
    </AdministrationPlaces>
  )
}

export function IntegrityOfInstallation() {
  return (
    <AdministrationPlaces>
      <IntegrityPage />
    </AdministrationPlaces>
  )
}
