import type { Offer } from '@trove/contract/invitations'
import { useQuery } from '@tanstack/react-query'
import { Button } from '../../ui/Button.tsx'
import { Problem } from '../../ui/Problem.tsx'
import { OfferCard } from './OfferCard.tsx'
import { myOffersQuery, useAcceptOffer, useDeclineOffer } from './queries.ts'

/** Invitations that wait for this person; nothing at all while there are none. */
export function MyOffers({ onAccepted }: { onAccepted: (organizationId: string) => void }) {
  const { data: offers = [] } = useQuery(myOffersQuery)
  if (offers.length === 0) return null
  return (
    <div className="mb-8 flex flex-col gap-3">
      {offers.map((offer) => (
        <Waiting key={offer.id} offer={offer} onAccepted={onAccepted} />
      ))}
    </div>
  )
}

function Waiting({ offer, onAccepted }: { offer: Offer; onAccepted: (organizationId: string) => void }) {
  const accept = useAcceptOffer()
  const decline = useDeclineOffer()
  const key = { invitationId: offer.id }
  const error = accept.error ?? decline.error
  return (
    <OfferCard offer={offer}>
      <Button
        tone="primary"
        isBusy={accept.isPending}
        onClick={() => accept.mutate(key, { onSuccess: ({ id }) => onAccepted(id) })}
      >
        Accept
      </Button>
      <Button isBusy={decline.isPending} onClick={() => decline.mutate(key)}>
        Decline
      </Button>
      {error !== null && <Problem error={error} shape="line" />}
    </OfferCard>
  )
}
