import { Link } from '@tanstack/react-router'
import { TagsPage } from '../pages/TagsPage.tsx'
import { SettingsPlaces } from './SubPlaces.tsx'

export function Tags() {
  return (
    <SettingsPlaces>
      <TagsPage
        link={({ id }, children) => (
          <Link to="/library" search={{ tagIds: id }} className="text-accent underline-offset-4 hover:underline">
            {children}
          </Link>
        )}
      />
    </SettingsPlaces>
  )
}
