import type { Security } from '@trove/contract/sign-in'
import { LifeBuoy, Smartphone } from 'lucide-react'
import { useState } from 'react'
import { formatCount, formatDate } from '../../lib/format.ts'
import { sentenceOf } from '../../lib/problem.ts'
import { AskDialog } from '../../ui/AskDialog.tsx'
import { Badge } from '../../ui/Badge.tsx'
import { Button } from '../../ui/Button.tsx'
import { toast } from '../../ui/toast.ts'
import { Line, Lines } from './Lines.tsx'
import { RecoveryCodesDialog } from './RecoveryCodes.tsx'
import { TotpDialog } from './TotpDialog.tsx'
import { useRemoveTotp, useRenewRecoveryCodes } from './queries.ts'

/** Codes of an app, and what to do when the phone is lost. */
export function SecondFactors({ security }: { security: Security }) {
  const { totp, recoveryCodesLeft } = security
  const [open, setOpen] = useState<'connect' | 'remove' | 'renew' | undefined>(undefined)
  const [codes, setCodes] = useState<readonly string[]>([])
  const remove = useRemoveTotp()
  const renew = useRenewRecoveryCodes()
  const close = () => setOpen(undefined)
  const hasFactor = totp.isOn || security.passkeys.length > 0
  const turnOff = () => {
    close()
    remove.mutate(undefined, {
      onSuccess: () => toast({ title: 'Codes of the app are off' }),
      onError: (problem) => toast({ tone: 'danger', title: 'Codes are still on', detail: sentenceOf(problem) }),
    })
  }
  const replace = () => {
    close()
    renew.mutate(undefined, {
      onSuccess: ({ recoveryCodes }) => setCodes(recoveryCodes),
      onError: (problem) => toast({ tone: 'danger', title: 'No new codes', detail: sentenceOf(problem) }),
    })
  }
  return (
    <>
      <Lines label="Second factors">
        <Line
          icon={<Smartphone />}
          title={
            <>
              Authenticator app
              {totp.isOn && <Badge tone="success">On</Badge>}
            </>
          }
          actions={
            totp.isOn ? (
              <Button tone="danger" isBusy={remove.isPending} onClick={() => setOpen('remove')}>
                Turn off
              </Button>
            ) : (
              <Button onClick={() => setOpen('connect')}>Connect</Button>
            )
          }
        >
          {totp.since === null
            ? 'Six digits from your phone, after the password.'
            : `Asked for after the password since ${formatDate(totp.since)}.`}
        </Line>
        {hasFactor && (
          <Line
            icon={<LifeBuoy />}
            title={
              <>
                Recovery codes
                {recoveryCodesLeft <= 3 && <Badge tone="warning">{recoveryCodesLeft} left</Badge>}
              </>
            }
            actions={
              <Button isBusy={renew.isPending} onClick={() => setOpen('renew')}>
                New codes
              </Button>
            }
          >
            {formatCount(recoveryCodesLeft, 'code')} left, for when phone and passkeys are lost.
          </Line>
        )}
      </Lines>
      {open === 'connect' && (
        <TotpDialog
          onClose={close}
          onConnected={(made) => {
            close()
            setCodes(made)
            toast({ title: 'Codes of the app are on', tone: 'success' })
          }}
        />
      )}
      <Ask
        title="Turn off codes of the app?"
        words={
          security.passkeys.length > 0
            ? 'After the password, a passkey will be asked for.'
            : 'Your password alone will then let anybody in who knows it. Organizations that require a second factor will be closed to you.'
        }
        action="Turn off"
        isOpen={open === 'remove'}
        onClose={close}
        onYes={turnOff}
      />
      <Ask
        title="Make new recovery codes?"
        words="The codes that you have now stop working."
        action="Make new codes"
        isOpen={open === 'renew'}
        onClose={close}
        onYes={replace}
      />
      <RecoveryCodesDialog codes={codes} onClose={() => setCodes([])} />
    </>
  )
}

function Ask({ title, words, action, isOpen, onClose, onYes }: AskProps) {
  return (
    <AskDialog title={title} isOpen={isOpen} onClose={onClose} apply={action} tone="danger" onApply={onYes}>
      <p className="text-base text-ink-soft">{words}</p>
    </AskDialog>
  )
}

type AskProps = {
  title: string
  words: string
  action: string
  isOpen: boolean
  onClose: () => void
  onYes: () => void
}
