import {
  createRootRoute,
  createRoute,
  Outlet,
  redirect,
  useRouter,
  type ErrorComponentProps,
} from '@tanstack/react-router'
import { Problem } from '../ui/Problem.tsx'
import { FirstPaint } from './FirstPaint.tsx'
import { NotFound } from './NotFound.tsx'
import { boot } from './session.ts'

type SignInSearch = { next?: string; refused?: string }
/** Only places of this page, never another site's address, however a browser may read it. */
const signInSearchOf = ({ next, refused }: Record<string, unknown>): SignInSearch => ({
  ...(typeof next === 'string' && /^\/(?![/\\])[^\u0000-\u001f\u007f]*$/.test(next) && { next }),
  ...refusedOf(refused),
})
/** Why a sign-in with a provider ended here. */
export const refusedOf = (refused: unknown) => (typeof refused === 'string' ? { refused } : {})

/** Above every place: who is signed in here is known below it. */
export const root = createRootRoute({
  beforeLoad: boot,
  component: Outlet,
  pendingComponent: FirstPaint,
  errorComponent: Failed,
  notFoundComponent: NotFound,
})

function Failed({ error, reset: retry }: ErrorComponentProps) {
  const router = useRouter()
  return (
    <Problem
      error={error}
      onRetry={() => {
        retry()
        void router.invalidate()
      }}
    />
  )
}

const index = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/library' })
  },
})

const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  beforeLoad({ context }) {
    if (context.session.status === 'signed-in') throw redirect({ to: '/organizations/new' })
    if (context.installation.hasAccounts) throw redirect({ to: '/sign-in' })
  },
}).lazy(async () => (await import('./outside.tsx')).setupRoute)

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: signInSearchOf,
  beforeLoad({ context, search }) {
    if (context.session.status === 'signed-in') throw redirect({ href: search.next ?? '/library' })
    if (!context.installation.hasAccounts) throw redirect({ to: '/setup' })
  },
}).lazy(async () => (await import('./outside.tsx')).signInRoute)

const register = createRoute({
  getParentRoute: () => root,
  path: '/register',
  beforeLoad({ context }) {
    if (context.session.status === 'signed-in') throw redirect({ to: '/library' })
    if (!context.installation.hasAccounts) throw redirect({ to: '/setup' })
  },
}).lazy(async () => (await import('./outside.tsx')).registerRoute)

const forgot = createRoute({ getParentRoute: () => root, path: '/forgot' }).lazy(
  async () => (await import('./outside.tsx')).forgotRoute,
)
const verify = createRoute({ getParentRoute: () => root, path: '/verify' }).lazy(
  async () => (await import('./outside.tsx')).verifyRoute,
)
const confirmEmail = createRoute({ getParentRoute: () => root, path: '/confirm-email' }).lazy(
  async () => (await import('./outside.tsx')).confirmEmailRoute,
)
const reset = createRoute({ getParentRoute: () => root, path: '/reset' }).lazy(
  async () => (await import('./outside.tsx')).resetRoute,
)

/** Where the letter of an invitation leads, whether or not somebody is signed in. */
const invitation = createRoute({
  getParentRoute: () => root,
  path: '/invitation',
}).lazy(async () => (await import('./outside.tsx')).invitationRoute)

/** Places for whoever is not signed in, or need not be. */
export const outside = [index, setup, signIn, register, forgot, verify, confirmEmail, reset, invitation] as const
