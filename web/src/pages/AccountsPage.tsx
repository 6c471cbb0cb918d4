import type { Me } from '@trove/contract/identity'
import { AccountList } from '../identity/accounts/AccountList.tsx'
import { Bar } from '../ui/Bar.tsx'
import { Section, Sections } from './Section.tsx'

/** The accounts of the installation, for its administrators. */
export function AccountsPage({ me }: { me: Me }) {
  return (
    <Sections>
      <Bar slot="title">
        <h1 className="truncate text-base font-semibold">Accounts</h1>
      </Bar>
      <Section
        title="Accounts"
        lead="Everybody who can sign in here. Who sees which files is decided in organizations."
      >
        <AccountList meId={me.id} />
      </Section>
    </Sections>
  )
}
