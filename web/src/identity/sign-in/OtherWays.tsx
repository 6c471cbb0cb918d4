import { KeyRound, LogIn } from 'lucide-react'
import { hasPasskeys } from '../../lib/passkeys.ts'
import { Button } from '../../ui/Button.tsx'
import { Problem } from '../../ui/Problem.tsx'
import { useLeaveForProvider, usePasskeySignIn } from './queries.ts'

/** Ways in without a password, where there are any. */
export function OtherWays({ oidcName, next }: { oidcName: string | undefined; next: string | undefined }) {
  const passkey = usePasskeySignIn()
  const provider = useLeaveForProvider()
  const error = passkey.error ?? provider.error
  if (!hasPasskeys() && oidcName === undefined) return null
  return (
    <div className="mt-5 flex flex-col gap-2.5">
      <p className="flex items-center gap-3 text-xs text-ink-faint before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
        or
      </p>
      {oidcName !== undefined && (
        <Button
          size="large"
          icon={<LogIn aria-hidden className="size-4" />}
          isBusy={provider.isPending || provider.isSuccess}
          onClick={() => provider.mutate(next)}
        >
          <span className="truncate">Sign in with {oidcName}</span>
        </Button>
      )}
      {hasPasskeys() && (
        <Button
          size="large"
          icon={<KeyRound aria-hidden className="size-4" />}
          isBusy={passkey.isPending}
          onClick={() => passkey.mutate()}
        >
          Sign in with a passkey
        </Button>
      )}
      {error !== null && <Problem error={error} shape="line" />}
    </div>
  )
}
