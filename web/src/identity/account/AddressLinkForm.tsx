import type { ReactNode } from 'react'
import { Button } from '../../ui/Button.tsx'
import { Problem } from '../../ui/Problem.tsx'
import { useAddressLink, type AddressLink } from './queries.ts'

const WORDS: Record<AddressLink, { does: string; done: (email: string) => string }> = {
  verify: { does: 'Verify this address', done: (email) => `${email} is verified.` },
  confirm: { does: 'Use this address', done: (email) => `Your account now has the address ${email}.` },
}

/** Pressed by a person: programs that open links in mails to look for harm press nothing. */
export function AddressLinkForm({ kind, token, onwards }: { kind: AddressLink; token: string; onwards: ReactNode }) {
  const use = useAddressLink(kind)
  if (use.isSuccess)
    return (
      <p role="status" className="text-base text-ink-soft">
        {WORDS[kind].done(use.data.email)} {onwards}
      </p>
    )
  return (
    <div className="flex flex-col gap-4">
      {use.error !== null && <Problem error={use.error} shape="line" />}
      <Button tone="primary" size="large" autoFocus isBusy={use.isPending} onClick={() => use.mutate(token)}>
        {WORDS[kind].does}
      </Button>
    </div>
  )
}
