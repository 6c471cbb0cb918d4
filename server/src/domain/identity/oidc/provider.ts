import * as client from 'openid-client'
import type { Oidc } from '../../../platform/settings.ts'

/** Somebody waits in front of a blank page meanwhile. */
const TIMEOUT_SECONDS = 10
const SCOPE = 'openid email profile'

/** What the provider says of somebody, once all of it is proven to come from there and to be meant for us. */
export type Claims = {
  issuer: string
  subject: string
  email: string | undefined
  /** The provider's word that the address is theirs; anything but a plain yes is a no. */
  isEmailVerified: boolean
  name: string | undefined
}

/** What must be the same on the way there and back; kept by nobody but the browser. */
export type Trip = { redirectUri: string; state: string; nonce: string; verifier: string }

export type Provider = {
  /** Where to send the browser. Rejects while the provider cannot be reached. */
  urlFor(trip: Trip): Promise<URL>
  /** Exchanges what the browser came back with. Rejects whatever does not fit the trip (RFC 9700 §4.4, §4.5). */
  claimsOf(trip: Trip, query: string): Promise<Claims>
}

/** Asks the provider about itself at the first sign-in, so that Trove starts while it is away. */
export function createProvider(oidc: Oidc): Provider {
  let known: Promise<client.Configuration> | undefined

  const configuration = () => {
    known ??= discover(oidc).catch((error: unknown) => {
      known = undefined // asked again by the next one
      throw error
    })
    return known
  }

  return {
    async urlFor({ redirectUri, state, nonce, verifier }) {
      return client.buildAuthorizationUrl(await configuration(), {
        redirect_uri: redirectUri,
        scope: SCOPE,
        state,
        nonce,
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      })
    },
    async claimsOf({ redirectUri, state, nonce, verifier }, query) {
      const config = await configuration()
      const returned = new URL(redirectUri)
      returned.search = query
      const tokens = await client.authorizationCodeGrant(config, returned, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
      })
      const idToken = tokens.claims()
      if (idToken === undefined) throw new Error('the provider sent no ID token')
      const hasEmail = idToken['email'] !== undefined || config.serverMetadata().userinfo_endpoint === undefined
      // Many tell the address here and not in the token; the subject must be the same.
      const told = hasEmail ? idToken : await client.fetchUserInfo(config, tokens.access_token, idToken.sub)
      return {
        issuer: idToken.iss,
        subject: idToken.sub,
        email: textOf(told['email']),
        isEmailVerified: told['email_verified'] === true,
        name: textOf(told['name']) ?? textOf(told['preferred_username']),
      }
    },
  }
}

function discover({ issuer, clientId, clientSecret }: Oidc): Promise<client.Configuration> {
  const how = clientSecret === undefined ? client.None() : client.ClientSecretBasic(clientSecret)
  // Plain http is for a provider on this machine only; the configuration refuses any other.
  const execute = issuer.protocol === 'http:' ? [client.allowInsecureRequests] : []
  return client.discovery(issuer, clientId, undefined, how, { execute, timeout: TIMEOUT_SECONDS })
}

const textOf = (claim: unknown): string | undefined =>
  typeof claim === 'string' && claim.trim() !== '' ? claim.trim() : undefined
