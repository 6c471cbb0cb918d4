import type { ReactNode } from 'react'
import { ForgotForm } from '../identity/account/ForgotForm.tsx'
import { Welcome } from './Welcome.tsx'

export function ForgotPage({ signInLink }: { signInLink: ReactNode }) {
  return (
    <Welcome
      title="Set a new password"
      lead="Say which account is yours, and a link to set a new password is mailed to it."
      footer={<>Remembered it? {signInLink}</>}
    >
      <ForgotForm />
    </Welcome>
  )
}
