import type { Me } from '@trove/contract/identity'
import { useQuery } from '@tanstack/react-query'
import { MailWarning, X } from 'lucide-react'
import { useState } from 'react'
import { sentenceOf } from '../../lib/problem.ts'
import { Button } from '../../ui/Button.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { toast } from '../../ui/toast.ts'
import { installationQuery } from '../queries.ts'
import { useSendVerification } from './queries.ts'

/**
 * Over every place until the address is verified, or until it is put away for this visit. Where no mail is sent,
 * nobody could do much about it, so nothing is said.
 */
export function VerifyBanner({ me }: { me: Me }) {
  const [isAway, setAway] = useState(false)
  const resend = useSendVerification()
  const { data: installation } = useQuery(installationQuery)
  if (me.isEmailVerified || isAway || installation?.sendsMail !== true) return null
  const send = () =>
    resend.mutate(undefined, {
      onSuccess: () => toast({ title: `A link is on its way to ${me.email}` }),
      onError: (error) => toast({ tone: 'danger', title: 'No mail was sent', detail: sentenceOf(error) }),
    })
  return (
    <aside
      aria-label="Verify your address"
      className="flex shrink-0 items-center gap-3 border-b border-line bg-notice-soft px-4 py-1.5 text-sm text-notice max-sm:px-3"
    >
      <MailWarning aria-hidden className="size-4 shrink-0" />
      <p className="min-w-0 flex-1 wrap-anywhere">
        Verify your address<span className="max-sm:hidden">: follow the link that was mailed to {me.email}</span>.
      </p>
      <Button size="small" tone="quiet" className="text-notice" isBusy={resend.isPending} onClick={send}>
        Send again
      </Button>
      <IconButton label="Not now" size="small" icon={<X />} onClick={() => setAway(true)} />
    </aside>
  )
}
