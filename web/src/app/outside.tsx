import { createLazyRoute, Link, useLocation, useNavigate, useRouteContext } from '@tanstack/react-router'
import { useSuspenseQuery } from '@tanstack/react-query'
import { installationQuery, signOut } from '../identity/index.ts'
import { organizationsQuery, rememberOrganization } from '../organizations/index.ts'
import { DevicePage } from '../pages/DevicePage.tsx'
import { ForgotPage } from '../pages/ForgotPage.tsx'
import { MailedLinkPage } from '../pages/MailedLinkPage.tsx'
import { keptToken } from '../organizations/offers/kept-token.ts'
import { InvitationPage } from '../pages/InvitationPage.tsx'
import { NewOrganizationPage } from '../pages/NewOrganizationPage.tsx'
import { RegisterPage } from '../pages/RegisterPage.tsx'
import { SetupPage } from '../pages/SetupPage.tsx'
import { SignInPage } from '../pages/SignInPage.tsx'

const link = 'font-medium text-accent underline-offset-4 hover:underline'
/** A link that is the one thing to do. */
const bigLink =
  'inline-flex h-10 items-center justify-center rounded-md bg-accent px-4 text-base font-medium text-on-accent hover:bg-accent-hover'

export const setupRoute = createLazyRoute('/setup')({ component: SetupPage })

export const signInRoute = createLazyRoute('/sign-in')({
  component: function SignIn() {
    const { data: installation } = useSuspenseQuery(installationQuery)
    const { next, refused } = signInRoute.useSearch()
    const { hash } = useLocation()
    return (
      <SignInPage
        installation={installation}
        next={next}
        refused={refused}
        challenge={/^challenge=(.+)$/.exec(hash)?.[1]}
        registerLink={
          <Link to="/register" className={link}>
            Create one
          </Link>
        }
        forgotLink={
          <Link to="/forgot" className={link}>
            Set a new one
          </Link>
        }
      />
    )
  },
})

export const registerRoute = createLazyRoute('/register')({
  component: function Register() {
    const { data: installation } = useSuspenseQuery(installationQuery)
    return (
      <RegisterPage
        installation={installation}
        signInLink={
          <Link to="/sign-in" className={link}>
            Sign in
          </Link>
        }
      />
    )
  },
})

export const newOrganizationRoute = createLazyRoute('/inside/organizations/new')({
  component: function NewOrganization() {
    const { data: organizations } = useSuspenseQuery(organizationsQuery)
    const { me } = useRouteContext({ from: '/inside' })
    const navigate = useNavigate()
    const isFirst = organizations.length === 0
    return (
      <NewOrganizationPage
        isFirst={isFirst}
        onCreated={(organizationId) => {
          rememberOrganization(organizationId)
          void navigate({ to: '/library' })
        }}
        onJoined={(organizationId) => {
          rememberOrganization(organizationId)
          void navigate({ to: '/library' })
        }}
        footer={
          isFirst ? (
            <>
              Signed in as {me.email}.{' '}
              <button type="button" className={link} onClick={() => void signOut()}>
                Sign out
              </button>
            </>
          ) : (
            <Link to="/library" className={link}>
              Back to the library
            </Link>
          )
        }
      />
    )
  },
})

export const deviceRoute = createLazyRoute('/inside/device')({
  component: function Device() {
    const { me } = useRouteContext({ from: '/inside' })
    const { hash } = useLocation()
    return <DevicePage me={me} code={hash} />
  },
})

const toSignIn = (
  <Link to="/sign-in" className={link}>
    Sign in
  </Link>
)

export const forgotRoute = createLazyRoute('/forgot')({
  component: function Forgot() {
    const { data: installation } = useSuspenseQuery(installationQuery)
    return <ForgotPage signInLink={toSignIn} installation={installation} />
  },
})

function MailedLink({ kind }: { kind: 'verify' | 'confirm' | 'reset' }) {
  const { hash } = useLocation()
  return (
    <MailedLinkPage
      // Another link opened in the same tab begins anew.
      key={hash}
      kind={kind}
      token={hash}
      signInLink={toSignIn}
      onwards={
        <Link to="/library" className={link}>
          Go to the library
        </Link>
      }
      forgotLink={
        <Link to="/forgot" className={link}>
          Ask for another
        </Link>
      }
    />
  )
}

export const verifyRoute = createLazyRoute('/verify')({ component: () => <MailedLink kind="verify" /> })
export const confirmEmailRoute = createLazyRoute('/confirm-email')({ component: () => <MailedLink kind="confirm" /> })
export const resetRoute = createLazyRoute('/reset')({ component: () => <MailedLink kind="reset" /> })

export const invitationRoute = createLazyRoute('/invitation')({
  component: function Invitation() {
    const { session } = useRouteContext({ from: '__root__' })
    const { hash } = useLocation()
    const navigate = useNavigate()
    return (
      <InvitationPage
        token={keptToken(hash)}
        me={session.status === 'signed-in' ? session.user : undefined}
        signInLink={
          <Link to="/sign-in" search={{ next: '/invitation' }} className={bigLink}>
            Sign in
          </Link>
        }
        homeLink={
          <Link to="/library" className={link}>
            Go to your library
          </Link>
        }
        onJoined={(organizationId) => {
          rememberOrganization(organizationId)
          void navigate({ to: '/library', search: { organization: organizationId } })
        }}
      />
    )
  },
})
