import type { Installation, Me } from '@trove/contract/identity'
import { useQuery } from '@tanstack/react-query'
import { OwnActivity, OwnSecurityEvents } from '../audit/OwnTrail.tsx'
import { ApiKeys } from '../identity/security/ApiKeys.tsx'
import { LinkedSignIns } from '../identity/security/LinkedSignIns.tsx'
import { Passkeys } from '../identity/security/Passkeys.tsx'
import { securityQuery } from '../identity/security/queries.ts'
import { SecondFactors } from '../identity/security/SecondFactors.tsx'
import { SessionList } from '../identity/security/SessionList.tsx'
import { Bar } from '../ui/Bar.tsx'
import { Problem } from '../ui/Problem.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { Section, Sections } from './Section.tsx'

/** What lets this person in, and where they are signed in. */
export function SecurityPage({
  me,
  installation,
  refused,
}: {
  me: Me
  installation: Installation
  refused: string | undefined
}) {
  const { data: security, error, refetch } = useQuery(securityQuery)
  const { oidcName } = installation
  if (error !== null && security === undefined) return <Problem error={error} onRetry={() => void refetch()} />
  return (
    <Sections>
      <Bar slot="title">
        <h1 className="truncate text-base font-semibold">Security</h1>
      </Bar>
      <Section
        title="Second factor"
        lead="Asked for after the password, so that a password alone is of no use to a thief."
      >
        {security === undefined ? <Skeleton className="h-16" /> : <SecondFactors security={security} />}
      </Section>
      <Section
        title="Passkeys"
        lead="Sign in with a finger, a face or a security key; nothing can be forgotten or phished. A passkey also serves as second factor."
      >
        {security === undefined ? <Skeleton className="h-16" /> : <Passkeys passkeys={security.passkeys} />}
      </Section>
      {security !== undefined && (oidcName !== undefined || security.linkedSignIns.length > 0) && (
        <Section title="Sign-in with a provider" lead="Sign in here with an account that you have elsewhere.">
          <LinkedSignIns linked={security.linkedSignIns} providerName={oidcName} refused={refused} />
        </Section>
      )}
      <Section
        title="Where you are signed in"
        lead="Sign out what you do not know, then change your password. It takes effect within a second."
      >
        <SessionList />
      </Section>
      <Section title="API keys" lead="For scripts and programs that act in your name, as far as you allow.">
        <ApiKeys isAdministrator={me.isAdministrator} />
      </Section>
      <Section
        title="What happened to your account"
        lead="Sign-ins, failures and changes. Tell an administrator of what was not you."
      >
        <OwnSecurityEvents />
      </Section>
      <Section title="What you did" lead="Kept for your organizations, and shown to you too.">
        <OwnActivity />
      </Section>
    </Sections>
  )
}
