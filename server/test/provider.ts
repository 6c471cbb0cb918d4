import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Provider } from 'oidc-provider'

/** What the provider says of somebody. */
export type Vouched = { sub: string; email?: string; email_verified?: boolean | string; name?: string }

export type TestProvider = {
  readonly issuer: string
  readonly secret: string
  /** Who is let in at once by its sign-in page; nobody: whoever comes cancels. */
  letIn(sub: string): void
  close(): void
}

/** A real provider of OpenID Connect on this machine, with one client, `trove`, that must come back to `callback`. */
export async function openProvider(people: ReadonlyMap<string, Vouched>, callback: string): Promise<TestProvider> {
  let now = ''
  const secret = 'a secret of the provider'
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/interaction/') !== true) return void handle(request, response)
    const result = now === '' ? { error: 'access_denied' } : { login: { accountId: now } }
    void provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const provider = quietly(
    () =>
      new Provider(issuer, {
        clients: [{ client_id: 'trove', client_secret: secret, redirect_uris: [callback] }],
        claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
        cookies: { keys: ['test'] },
        features: { devInteractions: { enabled: false } },
        findAccount: (_, sub) => ({ accountId: sub, claims: () => people.get(sub) ?? { sub } }),
        interactions: { url: (_, { uid }) => `/interaction/${uid}` },
        // Whoever is signed in there has agreed to everything.
        loadExistingGrant: async ({ oidc }) => {
          const grant = new oidc.provider.Grant({
            clientId: oidc.client?.clientId ?? '',
            accountId: oidc.session?.accountId ?? '',
          })
          grant.addOIDCScope('openid email profile')
          await grant.save()
          return grant
        },
      }),
  )
  const handle = provider.callback()
  return {
    issuer,
    secret,
    letIn(sub) {
      now = sub
    },
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

/** It warns that it keeps everything in memory, which is what is wanted here. */
function quietly<T>(make: () => T): T {
  const { warn, info } = console
  console.warn = console.info = () => undefined
  try {
    return make()
  } finally {
    Object.assign(console, { warn, info })
  }
}
