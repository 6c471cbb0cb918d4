import type { Organization } from '@trove/contract/organizations'
import { ImagePlus } from 'lucide-react'
import { useRef, type ChangeEvent } from 'react'
import { sentenceOf } from '../lib/problem.ts'
import { Button } from '../ui/Button.tsx'
import { toast } from '../ui/toast.ts'
import { smallPicture } from './logo.ts'
import { OrganizationMark } from './OrganizationMark.tsx'
import { useSetLogo } from './queries.ts'

/** The picture that stands for the organization. */
export function LogoField({ organization, mayChange }: { organization: Organization; mayChange: boolean }) {
  const chooser = useRef<HTMLInputElement>(null)
  const set = useSetLogo(organization.id)
  const failed = (error: unknown) =>
    toast({ title: 'The logo is as it was', detail: sentenceOf(error), tone: 'danger' })
  const choose = async ({ target }: ChangeEvent<HTMLInputElement>) => {
    const file = target.files?.[0]
    target.value = ''
    if (file === undefined) return
    try {
      set.mutate(await smallPicture(file), { onError: failed })
    } catch (error) {
      failed(error)
    }
  }
  return (
    <div className="flex items-center gap-4">
      <OrganizationMark organization={organization} size="large" />
      {mayChange && (
        <div className="flex flex-wrap gap-2">
          <input
            ref={chooser}
            type="file"
            accept="image/png,image/jpeg,image/webp"
            className="sr-only"
            tabIndex={-1}
            aria-label="Logo"
            onChange={(event) => void choose(event)}
          />
          <Button
            icon={<ImagePlus className="size-4" />}
            isBusy={set.isPending}
            onClick={() => chooser.current?.click()}
          >
            {organization.logoVersion === undefined ? 'Choose a logo' : 'Choose another'}
          </Button>
          {organization.logoVersion !== undefined && (
            <Button tone="quiet" disabled={set.isPending} onClick={() => set.mutate(undefined, { onError: failed })}>
              Remove it
            </Button>
          )}
        </div>
      )}
    </div>
  )
}
