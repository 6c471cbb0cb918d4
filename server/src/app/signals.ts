/** When somebody asks this program to stop: politely, and a second time because it takes too long. */
export type StopRequests = { readonly first: Promise<void>; readonly again: Promise<void> }

/** One Ctrl-C can arrive twice at once: from the terminal and passed on by npm. */
const ECHO_MS = 700

/** From now on SIGINT, SIGTERM and SIGHUP are requests. */
export function stopRequests(): StopRequests {
  const first = Promise.withResolvers<void>()
  const again = Promise.withResolvers<void>()
  let firstAt = 0
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      firstAt ||= Date.now()
      first.resolve()
      if (Date.now() - firstAt > ECHO_MS) again.resolve()
    })
  }
  return { first: first.promise, again: again.promise }
}
