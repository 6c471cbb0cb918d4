import { forgetListings } from '../files/index.ts'
import { installationQuery } from '../identity/index.ts'
import { renew, session } from '../lib/session.ts'
import { queries } from './queries.ts'

/** When somebody signs in or out, here or in another tab, nothing of the one before stays, and the routes decide anew. */
export function followSession(decideAnew: () => void): void {
  let last = identityOf()
  session.subscribe(() => {
    const now = identityOf()
    // The same person, who has changed what the account says of them: only what shows it is drawn anew.
    if (now === last) return now === undefined ? undefined : decideAnew()
    const isFirstAnswer = last === undefined
    last = now
    if (isFirstAnswer) return
    forgetListings()
    queries.removeQueries({ predicate: (query) => query.queryKey[0] !== installationQuery.queryKey[0] })
    decideAnew()
  })
}

function identityOf(): string | undefined {
  const now = session.get()
  if (now.status === 'unknown') return undefined
  return now.status === 'signed-in' ? now.user.id : ''
}

/** Before the first place is shown: who is here, and what kind of installation this is. */
export async function boot() {
  const [installation] = await Promise.all([
    queries.ensureQueryData(installationQuery),
    session.get().status === 'unknown' ? renew() : undefined,
  ])
  return { installation, session: session.get() }
}
