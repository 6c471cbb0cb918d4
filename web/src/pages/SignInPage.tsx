import type { Installation } from '@trove/contract/identity'
import type { ReactNode } from 'react'
import { SignInForm } from '../identity/sign-in/SignInForm.tsx'
import { Welcome } from './Welcome.tsx'

export function SignInPage({ installation, registerLink, ...arrival }: SignInPageProps) {
  return (
    <Welcome
      title={`Sign in to ${installation.name}`}
      footer={
        installation.registrationIsOpen ? (
          <>No account yet? {registerLink}</>
        ) : (
          'Accounts are made by the administrator of this installation.'
        )
      }
    >
      <SignInForm oidcName={installation.oidcName} {...arrival} />
    </Welcome>
  )
}

type SignInPageProps = {
  installation: Installation
  registerLink: ReactNode
  next: string | undefined
  refused: string | undefined
  challenge: string | undefined
}
