import { useSuspenseQuery } from '@tanstack/react-query'
import { Link, Outlet, useLocation, useNavigate, useRouteContext, useSearch } from '@tanstack/react-router'
import { SecurityNotice } from '../audit/index.ts'
import { lazy, Suspense, useEffect, useMemo, useState } from 'react'
import { making } from '../events/making.ts'
import { VerifyBanner } from '../identity/index.ts'
import { useShortcuts } from '../lib/keys.ts'
import { useIsPhone } from '../lib/screen.ts'
import { session } from '../lib/session.ts'
import { useStore } from '../lib/store.ts'
import {
  CurrentOrganization,
  lastOrganizationId,
  Notice,
  OrganizationActions,
  organizationsQuery,
  rememberOrganization,
} from '../organizations/index.ts'
import { BarContext, type BarSlots } from '../ui/Bar.tsx'
import { Button } from '../ui/Button.tsx'
import { MenuAction, MenuLine } from '../ui/Menu.tsx'
import { shortcutsAreShown } from '../ui/ShortcutsDialog.tsx'
import { UploadProvider, UploadTray } from '../uploads/index.ts'
import { BottomBar } from './BottomBar.tsx'
import { FirstPaint } from './FirstPaint.tsx'
import { placesFor } from './place-links.tsx'
import { Rail } from './Rail.tsx'
import { TopBar } from './TopBar.tsx'

/** In the place of everything, for the few whom it concerns. */
const Barred = lazy(async () => ({ default: (await import('../organizations/Barred.tsx')).Barred }))

/** Places of the organization; those of the person and of the installation stay open to whoever is barred from it. */
const OF_ORGANIZATION =
  /\/(library|timeline|search|duplicates|folders|events|uploads|links|trash|people)(\/|$)|\/settings\/?$/

const Making = lazy(async () => ({ default: (await import('./events.tsx')).Making }))

/** From the first time that somebody wants to make an event. */
function EventMaking() {
  const isAsked = useStore(making) !== undefined
  const [isLoaded, setLoaded] = useState(isAsked)
  if (isAsked && !isLoaded) setLoaded(true)
  return (
    isLoaded && (
      <Suspense>
        <Making />
      </Suspense>
    )
  )
}

/** The frame around every place: the rail, the bar, the tray. */
export function Shell() {
  const { data: organizations } = useSuspenseQuery(organizationsQuery)
  const { me } = useRouteContext({ from: '/inside' })
  const search: { organization?: string } = useSearch({ strict: false })
  const navigate = useNavigate()
  const { pathname } = useLocation()
  const isPhone = useIsPhone()
  const isSignedIn = useStore(session).status === 'signed-in'
  const [slots, setSlots] = useState<BarSlots>({ title: null, search: null, actions: null })
  const wanted = search.organization ?? lastOrganizationId()
  const current = organizations.find((one) => one.id === wanted || one.slug === wanted) ?? organizations[0]
  useShortcuts([{ keys: '?', label: 'All shortcuts', run: () => shortcutsAreShown.set(true) }])

  const switching = useMemo(
    () => ({
      onSwitch(organizationId: string) {
        rememberOrganization(organizationId)
        void navigate({ to: '/library', search: { organization: organizationId } })
      },
      onCreate: () => void navigate({ to: '/organizations/new' }),
    }),
    [navigate],
  )

  // Left, or removed from the last one: the first place of somebody who is nowhere.
  const isNowhere = organizations.length === 0 && isSignedIn
  useEffect(() => {
    if (isNowhere) void navigate({ to: '/organizations/new' })
  }, [isNowhere, navigate])

  // Signed out, and the routes are about to say where to go: nothing may ask for anything now.
  if (current === undefined || !isSignedIn) return <FirstPaint />
  return (
    <CurrentOrganization value={current}>
      <BarContext value={slots}>
        <UploadProvider organizationId={current.id}>
          <div className="flex h-full">
            {!isPhone && (
              <Rail
                organizations={organizations}
                current={current}
                isAdministrator={me.isAdministrator}
                {...switching}
              />
            )}
            <div className="flex min-w-0 flex-1 flex-col">
              <TopBar
                me={me}
                onSlots={setSlots}
                meActions={
                  isPhone && (
                    <>
                      <MenuLine />
                      <OrganizationActions organizations={organizations} current={current} {...switching} />
                      {placesFor(me.isAdministrator, current.role)
                        .filter(({ isInMenu }) => isInMenu)
                        .map(({ to, name, icon }) => (
                          <MenuAction key={to} icon={icon} onSelect={() => void navigate({ to })}>
                            {name}
                          </MenuAction>
                        ))}
                    </>
                  )
                }
              />
              <VerifyBanner me={me} />
              <Notice organization={current} />
              {me.isAdministrator && (
                <SecurityNotice
                  link={(words) => (
                    <Link
                      to="/administration/security"
                      search={{}}
                      className="font-medium underline underline-offset-2"
                    >
                      {words}
                    </Link>
                  )}
                />
              )}
              <main className="min-h-0 flex-1">
                {current.isBarred && OF_ORGANIZATION.test(pathname) ? (
                  <Suspense>
                    <Barred
                      organization={current}
                      onLeft={() => void navigate({ to: '/library', search: {} })}
                      securityLink={
                        <Button tone="primary" onClick={() => void navigate({ to: '/settings/security' })}>
                          Set up a second factor
                        </Button>
                      }
                    />
                  </Suspense>
                ) : (
                  <Outlet />
                )}
              </main>
              {isPhone && <BottomBar isAdministrator={me.isAdministrator} role={current.role} />}
            </div>
          </div>
          <EventMaking />
          <UploadTray
            onEvent={(fileIds) => making.set({ organizationId: current.id, fileIds })}
            onOpen={(uploadSessionId) =>
              void (uploadSessionId === undefined
                ? navigate({ to: '/uploads', search: {} })
                : navigate({ to: '/uploads/$uploadSessionId', params: { uploadSessionId }, search: {} }))
            }
          />
        </UploadProvider>
      </BarContext>
    </CurrentOrganization>
  )
}
