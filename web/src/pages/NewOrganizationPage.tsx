import type { ReactNode } from 'react'
import { CreateOrganizationForm } from '../organizations/CreateOrganizationForm.tsx'
import { MyOffers } from '../organizations/offers/MyOffers.tsx'
import { Welcome } from './Welcome.tsx'

/** Making an organization: the second step of setting up, or one more later. */
export function NewOrganizationPage({
  isFirst,
  onCreated,
  onJoined,
  footer,
}: {
  isFirst: boolean
  onCreated: (organizationId: string) => void
  onJoined: (organizationId: string) => void
  footer?: ReactNode
}) {
  const lead = isFirst
    ? 'Files belong to an organization: the people who share them. If somebody is to invite you to theirs, give them your e-mail address.'
    : 'It has its own files, members and storage. You will be its owner.'
  return (
    <Welcome
      {...(isFirst ? { step: { at: 2, of: 2 } } : {})}
      title={isFirst ? 'Who is it for?' : 'New organization'}
      lead={lead}
      footer={footer}
    >
      <MyOffers onAccepted={onJoined} />
      <CreateOrganizationForm onCreated={(organization) => onCreated(organization.id)} />
    </Welcome>
  )
}
