import { useEffect } from 'react'
import { useStore } from '../lib/store.ts'
import { isProblem } from '../lib/problem.ts'
import { QuestionForm, questions, retryVisit, visit } from '../shared/index.ts'
import { Button } from '../ui/Button.tsx'
import { Logo } from '../ui/Logo.tsx'
import { Problem } from '../ui/Problem.tsx'
import { OpenLink } from './OpenLink.tsx'
import { Welcome } from './Welcome.tsx'

/** What whoever was sent a link sees: what it asks for, why it does not open, or what is shared. */
export function LinkPage() {
  const now = useStore(visit)
  const title = now.kind === 'asks' ? questions[now.what].title : undefined
  useEffect(() => {
    if (title !== undefined) document.title = title
  }, [title])

  switch (now.kind) {
    case 'opening':
      return (
        <div className="flex h-full animate-breathe items-center justify-center" role="status" aria-label="Opening">
          <Logo size={40} />
        </div>
      )
    case 'asks':
      return (
        <Welcome key={now.what} {...questions[now.what]}>
          <QuestionForm asking={now} />
        </Welcome>
      )
    case 'no-secret':
      return (
        <Welcome
          title="This address is not complete"
          lead="The part behind the # is missing or cut off. Copy the whole address from the message that you got."
        >
          {null}
        </Welcome>
      )
    case 'refused':
      return <Refused error={now.error} />
    case 'open':
      return <OpenLink linkId={now.pass.linkId} />
  }
}

function Refused({ error }: { error: unknown }) {
  if (isProblem(error, 'not-found'))
    return (
      <Welcome
        title="This link does not open any more"
        lead="Its time is over, it was ended, or it was made for somewhere else. Ask whoever sent it for a new one."
      >
        {null}
      </Welcome>
    )
  const { title, lead } = isProblem(error, 'unreachable')
    ? { title: 'Nothing answers', lead: 'The line, or the place where the files are, is away for the moment.' }
    : { title: 'This link cannot be opened now', lead: undefined }
  return (
    <Welcome title={title} lead={lead}>
      <div className="flex flex-col items-start gap-4">
        {lead === undefined && <Problem error={error} shape="line" />}
        <Button tone="primary" size="large" onClick={retryVisit}>
          Try again
        </Button>
      </div>
    </Welcome>
  )
}
