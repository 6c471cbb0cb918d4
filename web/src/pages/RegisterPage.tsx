import type { Installation } from '@trove/contract/identity'
import type { ReactNode } from 'react'
import { AccountForm } from '../identity/AccountForm.tsx'
import { Welcome } from './Welcome.tsx'

export function RegisterPage({ installation, signInLink }: { installation: Installation; signInLink: ReactNode }) {
  if (!installation.registrationIsOpen) {
    return (
      <Welcome
        title="Registration is closed"
        lead={`New accounts cannot be made on ${installation.name} at present. Ask its administrator to open registration.`}
      >
        {signInLink}
      </Welcome>
    )
  }
  return (
    <Welcome title={`Join ${installation.name}`} footer={<>Have an account? {signInLink}</>}>
      <AccountForm submitLabel="Create account" />
    </Welcome>
  )
}
