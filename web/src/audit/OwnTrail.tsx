import { useInfiniteQuery } from '@tanstack/react-query'
import { ActivityLine } from './ActivityLine.tsx'
import { Pages } from './Pages.tsx'
import { ownActivityQuery, ownSecurityQuery } from './queries.ts'
import { SecurityLine } from './SecurityLine.tsx'

/** What happened to one's own account. */
export function OwnSecurityEvents() {
  const asked = useInfiniteQuery(ownSecurityQuery)
  return (
    <Pages label="Security events of your account" asked={asked} none="Nothing has happened yet.">
      {(event) => <SecurityLine key={event.id} event={event} whose="own" />}
    </Pages>
  )
}

/** What one did oneself, in every organization. */
export function OwnActivity() {
  const asked = useInfiniteQuery(ownActivityQuery)
  return (
    <Pages label="What you did" asked={asked} none="You have done nothing yet that is kept.">
      {(line) => <ActivityLine key={line.id} line={line} />}
    </Pages>
  )
}
