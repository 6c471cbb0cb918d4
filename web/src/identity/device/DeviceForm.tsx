import { decideDeviceRequest, findDeviceRequest, type DeviceRequest } from '@trove/contract/api-keys'
import { useMutation } from '@tanstack/react-query'
import { CircleCheck, CircleX } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { call } from '../../lib/api.ts'
import { formatDateTime } from '../../lib/format.ts'
import { Button } from '../../ui/Button.tsx'
import { Field } from '../../ui/Field.tsx'
import { Problem } from '../../ui/Problem.tsx'
import { deviceName } from '../device-name.ts'
import { scopeOrder, scopeWords } from '../security/scopes.ts'

type Decision = 'approve' | 'deny'

/** Somebody types, or confirms, the code that a program shows; sees what asks and from where; and decides. */
export function DeviceForm({ code: given, email }: { code: string; email: string }) {
  const [userCode, setUserCode] = useState(given)
  const find = useMutation({ mutationFn: (code: string) => call(findDeviceRequest, { body: { userCode: code } }) })
  const decide = useMutation({
    mutationFn: (decision: Decision) => call(decideDeviceRequest, { body: { userCode, decision } }),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (userCode.trim() !== '') find.mutate(userCode.trim())
  }
  if (decide.isSuccess) return <Decided isApproved={decide.variables === 'approve'} />
  if (find.data !== undefined) {
    return (
      <div className="flex flex-col gap-5">
        <Asked request={find.data} userCode={userCode} email={email} />
        {decide.error !== null && <Problem error={decide.error} shape="line" />}
        <div className="flex gap-2">
          <Button size="large" className="flex-1" disabled={decide.isPending} onClick={() => decide.mutate('deny')}>
            Refuse
          </Button>
          <Button
            tone="primary"
            size="large"
            className="flex-1"
            isBusy={decide.isPending}
            onClick={() => decide.mutate('approve')}
          >
            Allow
          </Button>
        </div>
      </div>
    )
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <Field
        label="Code"
        hint="Eight letters, as the program shows them. Upper or lower case does not matter."
        autoFocus
        autoComplete="off"
        autoCapitalize="characters"
        spellCheck={false}
        maxLength={20}
        placeholder="XXXX-XXXX"
        value={userCode}
        onChange={(event) => setUserCode(event.target.value)}
      />
      {find.error !== null && <Problem error={find.error} shape="line" />}
      <Button tone="primary" size="large" type="submit" isBusy={find.isPending} disabled={userCode.trim().length < 8}>
        Continue
      </Button>
    </form>
  )
}

function Asked({ request, userCode, email }: { request: DeviceRequest; userCode: string; email: string }) {
  const { name, device, ip, isHere, createdAt, scopes } = request
  return (
    <>
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5 rounded-lg border border-line bg-surface px-4 py-3 text-sm">
        <dt className="text-ink-faint">Program</dt>
        <dd className="font-medium wrap-anywhere">{name}</dd>
        <dt className="text-ink-faint">Code</dt>
        <dd className="font-mono uppercase">{userCode}</dd>
        <dt className="text-ink-faint">From</dt>
        <dd className="wrap-anywhere">
          {ip}, {isHere ? 'this network' : <strong className="text-warning">another network</strong>}
        </dd>
        <dt className="text-ink-faint">With</dt>
        <dd className="wrap-anywhere">{deviceName(device)}</dd>
        <dt className="text-ink-faint">Asked</dt>
        <dd>{formatDateTime(createdAt)}</dd>
      </dl>
      <div className="text-base text-ink-soft">
        <p>It would act as {email}, and may then:</p>
        <ul className="mt-1.5 list-disc pl-5">
          {scopeOrder
            .filter((scope) => scopes.includes(scope))
            .map((scope) => (
              <li key={scope}>
                {scopeWords[scope].name}: {scopeWords[scope].hint}
              </li>
            ))}
        </ul>
        <p className="mt-3">Allow it only if you started it yourself just now, and it shows the same code.</p>
      </div>
    </>
  )
}

function Decided({ isApproved }: { isApproved: boolean }) {
  const Icon = isApproved ? CircleCheck : CircleX
  return (
    <div role="status" className="flex items-start gap-3 text-base">
      <Icon aria-hidden className={isApproved ? 'size-5 shrink-0 text-success' : 'size-5 shrink-0 text-ink-faint'} />
      <p>
        {isApproved
          ? 'Allowed. The program goes on by itself; this page can be closed. You can revoke its key under Settings, Security.'
          : 'Refused. The program gets nothing; this page can be closed.'}
      </p>
    </div>
  )
}
