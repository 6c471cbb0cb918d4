import { useState, type ReactNode } from 'react'
import { formatCount } from '../lib/format.ts'
import { useStore } from '../lib/store.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Segmented } from '../ui/Segmented.tsx'
import { GrantList } from './GrantList.tsx'
import { ShareForm } from './ShareForm.tsx'
import { sharing, subjectName, type Sharing } from './subject.ts'

/** Each is given by itself: more of them belong into a folder. */
const GIVEN_AT_MOST = 60

type ShareDialogProps = {
  organization: { id: string; name: string }
  /** Whether the person may look others up: guests may not. */
  maySearch: boolean
  /** Links to it, made by the room that knows. */
  links?: ((subject: Sharing) => ReactNode) | undefined
}

/** Who gets to see something. Once, in the page. */
export function ShareDialog(props: ShareDialogProps) {
  const subject = useStore(sharing)
  if (subject === undefined) return null
  return <OpenDialog subject={subject} {...props} />
}

function OpenDialog({ subject, organization, maySearch, links }: ShareDialogProps & { subject: Sharing }) {
  const [tab, setTab] = useState<'people' | 'links'>('people')
  const [only] = subject.resources
  return (
    <Dialog title={`Share ${subjectName(subject)}`} isOpen onClose={() => sharing.set(undefined)} width="wide">
      <div className="flex flex-col gap-5">
        {links !== undefined && (
          <div>
            <Segmented<'people' | 'links'>
              label="With whom"
              value={tab}
              onChange={setTab}
              options={[
                { value: 'people', label: 'People and teams' },
                { value: 'links', label: 'Links' },
              ]}
            />
          </div>
        )}
        {tab === 'links' && links !== undefined ? (
          links(subject)
        ) : (
          <>
            <Explained subject={subject} />
            {maySearch && subject.resources.length <= GIVEN_AT_MOST && (
              <ShareForm subject={subject} organization={organization} />
            )}
            {subject.resources.length === 1 && only !== undefined && (
              <section aria-label="Shared with">
                <h3 className="mb-1 border-b border-line pb-1 text-xs font-medium text-ink-faint">Shared with</h3>
                <GrantList resource={only} />
                {only.kind === 'event' && (
                  <p className="mt-2 text-xs text-ink-faint">
                    Taking it from somebody takes the pictures that came with it, and leaves them what they were given
                    on a picture itself.
                  </p>
                )}
                <p className="mt-2 text-xs text-ink-faint">
                  Owners and admins of {organization.name} see everything
                  {only.kind === 'file' ? ', and whoever uploaded a file sees it' : ''}.
                </p>
              </section>
            )}
          </>
        )}
      </div>
    </Dialog>
  )
}

/** What is given, where that is not just what the dialog is called after. */
function Explained({ subject: { resources, leftOut = 0 } }: { subject: Sharing }) {
  const files = new Set(resources.flatMap(({ fileIds = [] }) => fileIds)).size
  const isEvent = resources[0]?.kind === 'event'
  if (!isEvent && resources.length < 2) return null
  if (!isEvent)
    return (
      <p className="text-sm text-ink-soft">
        Each file is shared by itself. To share what belongs together, put it into a folder and share that.
      </p>
    )
  return (
    <p className="text-sm text-ink-soft">
      Given with {formatCount(files, 'file')} that {resources.length === 1 ? 'it shows' : 'they show'} now. Whoever adds
      more is asked whether to share those too.
      {leftOut > 0 && ` ${formatCount(leftOut, 'file')} not yours to share ${leftOut === 1 ? 'stays' : 'stay'} out.`}
    </p>
  )
}
