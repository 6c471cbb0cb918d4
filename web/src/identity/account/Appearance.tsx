import { useStore } from '../../lib/store.ts'
import { density } from '../../lib/density.ts'
import { theme } from '../../lib/theme.ts'
import { Segmented } from '../../ui/Segmented.tsx'

/** How the page looks to this person, on every device where they sign in. */
export function Appearance() {
  const chosenTheme = useStore(theme)
  const chosenDensity = useStore(density)
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="text-sm font-medium">Theme</p>
        <Segmented
          label="Theme"
          value={chosenTheme}
          onChange={(next) => theme.set(next)}
          options={[
            { value: 'system', label: 'As the system' },
            { value: 'light', label: 'Light' },
            { value: 'dark', label: 'Dark' },
          ]}
        />
      </div>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="text-sm font-medium">Density</p>
        <Segmented
          label="Density"
          value={chosenDensity}
          onChange={(next) => density.set(next)}
          options={[
            { value: 'comfortable', label: 'Comfortable' },
            { value: 'compact', label: 'Compact' },
          ]}
        />
      </div>
    </div>
  )
}
