import type { Me } from '@trove/contract/identity'
import { Appearance } from '../identity/account/Appearance.tsx'
import { AvatarField } from '../identity/account/AvatarField.tsx'
import { CloseAccount } from '../identity/account/CloseAccount.tsx'
import { EmailForm } from '../identity/account/EmailForm.tsx'
import { Notifications } from '../identity/account/Notifications.tsx'
import { PasswordForm } from '../identity/account/PasswordForm.tsx'
import { ProfileForm } from '../identity/account/ProfileForm.tsx'
import { Bar } from '../ui/Bar.tsx'
import { Section, Sections } from './Section.tsx'

/** Who somebody is here, and how the page looks to them. */
export function AccountPage({ me }: { me: Me }) {
  return (
    <Sections>
      <Bar slot="title">
        <h1 className="truncate text-base font-semibold">Account</h1>
      </Bar>
      <Section title="Profile">
        <AvatarField me={me} />
        <ProfileForm key={me.id} me={me} />
      </Section>
      <Section title="E-mail" lead="For signing in, and for what only you should know.">
        <EmailForm me={me} />
      </Section>
      <Section title="Password" lead="Changing it signs you out everywhere else.">
        <PasswordForm me={me} />
      </Section>
      <Section title="Appearance" lead="Kept in your account, and applied wherever you sign in.">
        <Appearance />
      </Section>
      <Section title="Notifications" lead="What you are told of by mail.">
        <Notifications me={me} />
      </Section>
      <Section title="Close the account" lead="You are asked what becomes of your files.">
        <CloseAccount />
      </Section>
    </Sections>
  )
}
