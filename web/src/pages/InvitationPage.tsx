import type { Me } from '@trove/contract/identity'
import type { Offer } from '@trove/contract/invitations'
import { useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { signOut } from '../identity/index.ts'
import { sentenceOf } from '../lib/problem.ts'
import { JoinForm } from '../organizations/offers/JoinForm.tsx'
import { forgetToken } from '../organizations/offers/kept-token.ts'
import { OfferCard } from '../organizations/offers/OfferCard.tsx'
import { offerQuery, useAcceptOffer, useDeclineOffer } from '../organizations/offers/queries.ts'
import { Button } from '../ui/Button.tsx'
import { Problem } from '../ui/Problem.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { Welcome } from './Welcome.tsx'

type Told = Offer & { hasAccount: boolean }

/** Where the letter leads: who invites to what, and what can be done about it. */
export function InvitationPage({ token, me, signInLink, homeLink, onJoined }: InvitationPageProps) {
  const { data, error } = useQuery({ ...offerQuery(token ?? ''), enabled: token !== undefined })
  // What was read stays, although signing in forgets everything and the token is used up.
  const [seen, setSeen] = useState<Told | undefined>(undefined)
  const [isDeclined, setDeclined] = useState(false)
  if (data !== undefined && seen === undefined) setSeen(data)
  const offer = seen ?? data
  const joined = (organizationId: string) => {
    forgetToken()
    onJoined(organizationId)
  }
  if (isDeclined)
    return (
      <Welcome title="Declined" lead="The invitation is void. Whoever sent it may invite you again.">
        {homeLink}
      </Welcome>
    )
  if (token === undefined || (error !== null && offer === undefined))
    return (
      <Welcome
        title="No invitation here"
        lead={error === null ? 'Open the link in the letter, or copy it whole.' : sentenceOf(error)}
      >
        {homeLink}
      </Welcome>
    )
  if (offer === undefined)
    return (
      <Welcome title="You are invited">
        <Skeleton className="h-40" />
      </Welcome>
    )
  return (
    <Welcome title="You are invited">
      <div className="flex flex-col gap-6">
        <OfferCard offer={offer} />
        <Decide
          {...{ offer, token, me, signInLink }}
          onJoined={joined}
          onDeclined={() => {
            forgetToken()
            setDeclined(true)
          }}
        />
      </div>
    </Welcome>
  )
}

type InvitationPageProps = {
  token: string | undefined
  me: Me | undefined
  signInLink: ReactNode
  homeLink: ReactNode
  onJoined: (organizationId: string) => void
}

function Decide({ offer, token, me, signInLink, onJoined, onDeclined }: DecideProps) {
  const decline = useDeclineOffer()
  const no = (
    <Button
      size="large"
      tone="quiet"
      isBusy={decline.isPending}
      onClick={() => decline.mutate({ token }, { onSuccess: onDeclined })}
    >
      Decline
    </Button>
  )
  return (
    <div className="flex flex-col gap-3">
      {decline.error !== null && <Problem error={decline.error} shape="line" />}
      <Way {...{ offer, token, me, signInLink, onJoined }} />
      {no}
    </div>
  )
}

/** How this person can accept it, if they can. */
function Way({ offer, token, me, signInLink, onJoined }: Omit<DecideProps, 'onDeclined'>) {
  const accept = useAcceptOffer()
  if (me === undefined && !offer.hasAccount) return <JoinForm offer={offer} token={token} onJoined={onJoined} />
  if (me === undefined)
    return (
      <div className="flex flex-col gap-3">
        <p className="text-sm text-ink-soft">{offer.email} has an account here. Sign in with it to accept.</p>
        {signInLink}
      </div>
    )
  if (me.email.toLowerCase() !== offer.email)
    return (
      <div className="flex flex-col gap-3">
        <p className="text-sm text-ink-soft">
          This invitation is for {offer.email}, and you are signed in as {me.email}.
        </p>
        <Button size="large" onClick={() => void signOut()}>
          Sign out
        </Button>
      </div>
    )
  return (
    <div className="flex flex-col gap-3">
      {accept.error !== null && <Problem error={accept.error} shape="line" />}
      <Button
        tone="primary"
        size="large"
        isBusy={accept.isPending}
        onClick={() => accept.mutate({ token }, { onSuccess: ({ id }) => onJoined(id) })}
      >
        Accept and join
      </Button>
    </div>
  )
}

type DecideProps = {
  offer: Told
  token: string
  me: Me | undefined
  signInLink: ReactNode
  onJoined: (organizationId: string) => void
  onDeclined: () => void
}
