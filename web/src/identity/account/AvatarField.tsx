import { MAX_AVATAR_BYTES } from '@trove/contract/accounts'
import type { Me } from '@trove/contract/identity'
import { useRef } from 'react'
import { sentenceOf } from '../../lib/problem.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { Button } from '../../ui/Button.tsx'
import { toast } from '../../ui/toast.ts'
import { avatarUrl } from './avatar-url.ts'
import { useRemoveAvatar, useSetAvatar } from './queries.ts'

const MIB = 1024 ** 2

/** The picture that others see. */
export function AvatarField({ me }: { me: Me }) {
  const input = useRef<HTMLInputElement>(null)
  const give = useSetAvatar()
  const remove = useRemoveAvatar()
  const refused = (error: unknown) => toast({ tone: 'danger', title: 'The picture stays', detail: sentenceOf(error) })
  const take = (picture: File | undefined) => {
    if (picture === undefined) return
    if (picture.size > MAX_AVATAR_BYTES)
      return toast({
        tone: 'danger',
        title: 'The picture stays',
        detail: `It may have ${MAX_AVATAR_BYTES / MIB} MB; choose a smaller one.`,
      })
    give.mutate(picture, { onError: refused })
  }
  return (
    <div className="mb-6 flex items-center gap-4">
      <Avatar id={me.id} name={me.name} size="huge" src={avatarUrl(me)} />
      <div className="flex flex-col gap-2">
        <div className="flex flex-wrap gap-2">
          <Button isBusy={give.isPending} onClick={() => input.current?.click()}>
            {me.avatarVersion === undefined ? 'Choose a picture' : 'Change the picture'}
          </Button>
          {me.avatarVersion !== undefined && (
            <Button
              tone="quiet"
              isBusy={remove.isPending}
              onClick={() => remove.mutate(undefined, { onError: refused })}
            >
              Remove
            </Button>
          )}
        </div>
        <p className="text-xs text-ink-faint">Seen by people in your organizations. Where it was taken is not kept.</p>
      </div>
      <input
        ref={input}
        type="file"
        accept="image/jpeg,image/png,image/webp,image/gif,image/avif"
        aria-label="Your picture"
        className="hidden"
        onChange={(event) => {
          take(event.target.files?.[0])
          event.target.value = ''
        }}
      />
    </div>
  )
}
