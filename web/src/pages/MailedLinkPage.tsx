import type { ReactNode } from 'react'
import { AddressLinkForm } from '../identity/account/AddressLinkForm.tsx'
import { ResetForm } from '../identity/account/ResetForm.tsx'
import { Welcome } from './Welcome.tsx'

const TOKEN = /^[\w-]{43}$/
const WORDS = {
  verify: { title: 'Verify your address', lead: 'So that it is sure that the address is yours.' },
  confirm: { title: 'Use your new address', lead: 'Your account gets the address that this link was mailed to.' },
  reset: { title: 'Set a new password', lead: 'Every session of the account ends, this one too.' },
}

/** Where links in mails lead. The secret is in the fragment, which no server is sent. */
export function MailedLinkPage({ kind, token, signInLink, onwards, forgotLink }: MailedLinkPageProps) {
  const { title, lead } = WORDS[kind]
  if (!TOKEN.test(token))
    return (
      <Welcome title={title} lead="This link is not whole. Copy all of it from the mail." footer={signInLink}>
        {null}
      </Welcome>
    )
  if (kind === 'reset')
    return (
      <Welcome title={title} lead={lead} footer={<>The link no longer works? {forgotLink}</>}>
        <ResetForm token={token} signInLink={signInLink} />
      </Welcome>
    )
  return (
    <Welcome title={title} lead={lead}>
      <AddressLinkForm kind={kind} token={token} onwards={onwards} />
    </Welcome>
  )
}

type MailedLinkPageProps = {
  kind: keyof typeof WORDS
  token: string
  signInLink: ReactNode
  onwards: ReactNode
  forgotLink: ReactNode
}
