import { QRCodeSVG } from 'qrcode.react'
import { useEffect, useState, type FormEvent } from 'react'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { Field } from '../../ui/Field.tsx'
import { Problem } from '../../ui/Problem.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { useBeginTotp, useConfirmTotp } from './queries.ts'

const QR_PIXELS = 176

/** Connects an authenticator app: the QR code, then a first code as proof. */
export function TotpDialog({ onClose, onConnected }: { onClose: () => void; onConnected: (codes: string[]) => void }) {
  const begin = useBeginTotp()
  const confirm = useConfirmTotp()
  const [code, setCode] = useState('')
  const { mutate } = begin
  useEffect(() => mutate(), [mutate])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    confirm.mutate(code.trim(), { onSuccess: ({ recoveryCodes }) => onConnected(recoveryCodes) })
  }
  return (
    <Dialog
      title="Connect an authenticator app"
      description="Scan the picture with an app such as Aegis, 2FAS or the one in your password manager, then enter the code that it shows."
      isOpen
      onClose={onClose}
    >
      {begin.error !== null && <Problem error={begin.error} shape="line" />}
      {begin.error === null && begin.data === undefined && <Skeleton className="h-64" />}
      {begin.data !== undefined && (
        <form onSubmit={submit} className="flex flex-col gap-4">
          <div className="self-center rounded-md bg-white p-3">
            <QRCodeSVG value={begin.data.uri} size={QR_PIXELS} title="QR code for your authenticator app" />
          </div>
          <div className="text-sm text-ink-soft">
            <p>Without a camera, enter this secret in the app:</p>
            <code className="mt-1 block rounded-md bg-sunken px-3 py-2 font-mono text-sm break-all text-ink select-all">
              {begin.data.secret.match(/.{1,4}/g)?.join(' ')}
            </code>
          </div>
          <Field
            label="Code of the app"
            autoComplete="one-time-code"
            inputMode="numeric"
            autoFocus
            maxLength={10}
            value={code}
            onChange={(event) => setCode(event.target.value)}
          />
          {confirm.error !== null && <Problem error={confirm.error} shape="line" />}
          <Button tone="primary" type="submit" isBusy={confirm.isPending} disabled={code.trim().length < 6}>
            Connect
          </Button>
        </form>
      )}
    </Dialog>
  )
}
