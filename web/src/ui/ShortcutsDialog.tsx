import { createStore, useStore } from '../lib/store.ts'
import { listShortcuts } from '../lib/keys.ts'
import { Dialog } from './Dialog.tsx'
import { Kbd } from './Kbd.tsx'

export const shortcutsAreShown = createStore(false)

/** Every shortcut that works here, from the registry itself. */
export function ShortcutsDialog() {
  const isShown = useStore(shortcutsAreShown)
  return (
    <Dialog
      title="Keyboard shortcuts"
      isOpen={isShown}
      onClose={() => shortcutsAreShown.set(false)}
      width="wide"
      isReading
    >
      <div className="columns-1 gap-10 sm:columns-2">
        {isShown &&
          [...listShortcuts()].map(([group, shortcuts]) => (
            <section key={group} className="mb-6 break-inside-avoid">
              <h3 className="mb-1 text-xs font-medium text-ink-faint">{group}</h3>
              <ul>
                {shortcuts.map(({ label, keys }) => (
                  <li
                    key={label}
                    className="flex items-center justify-between gap-4 border-b border-line py-1.5 last:border-0"
                  >
                    <span>{label}</span>
                    <span className="flex items-center gap-1.5">
                      {keys.map((one) => (
                        <Kbd key={one} keys={one} />
                      ))}
                    </span>
                  </li>
                ))}
              </ul>
            </section>
          ))}
      </div>
    </Dialog>
  )
}
