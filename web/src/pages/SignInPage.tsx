import type { Installation } from '@trove/contract/identity'
import type { ReactNode } from 'react'
import { SignInForm } from '../identity/sign-in/SignInForm.tsx'
import { Welcome } from './Welcome.tsx'

export function SignInPage({ installation, registerLink, forgotLink, ...arrival }: SignInPageProps) {
  return (
    <Welcome
      title={`Sign in to ${installation.name}`}
      footer={
        <>
          <p>Forgot your password? {forgotLink}</p>
          <p className="mt-1.5">
            {installation.registrationIsOpen ? (
              <>No account yet? {registerLink}</>
            ) : (
              'Accounts are made by the administrator of this installation.'
            )}
          </p>
        </>
      }
    >
      <SignInForm oidcName={installation.oidcName} {...arrival} />
    </Welcome>
  )
}

type SignInPageProps = {
  installation: Installation
  registerLink: ReactNode
  forgotLink: ReactNode
  next: string | undefined
  refused: string | undefined
  challenge: string | undefined
}
