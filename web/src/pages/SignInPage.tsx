import type { Installation } from '@trove/contract/identity'
import type { ReactNode } from 'react'
import { SignInForm } from '../identity/SignInForm.tsx'
import { Welcome } from './Welcome.tsx'

export function SignInPage({ installation, registerLink }: { installation: Installation; registerLink: ReactNode }) {
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
      <SignInForm />
    </Welcome>
  )
}
