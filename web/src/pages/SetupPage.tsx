import { AccountForm } from '../identity/AccountForm.tsx'
import { Welcome } from './Welcome.tsx'

/** The very first visit: the account that administers the installation. */
export function SetupPage() {
  return (
    <Welcome
      step={{ at: 1, of: 2 }}
      title="Welcome to Trove"
      lead="A home for your group's photographs, clips and documents, on your own machine. First, an account for you: it will look after this installation."
    >
      <AccountForm submitLabel="Create your account" />
    </Welcome>
  )
}
