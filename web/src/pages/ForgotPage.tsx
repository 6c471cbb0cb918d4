import type { Installation } from '@trove/contract/identity'
import type { ReactNode } from 'react'
import { ForgotForm } from '../identity/account/ForgotForm.tsx'
import { Welcome } from './Welcome.tsx'

export function ForgotPage({ signInLink, installation }: { signInLink: ReactNode; installation: Installation }) {
  return (
    <Welcome
      title="Set a new password"
      lead="Say which account is yours, and it gets a link to set a new password."
      footer={<>Remembered it? {signInLink}</>}
    >
      <ForgotForm sendsMail={installation.sendsMail} />
    </Welcome>
  )
}
