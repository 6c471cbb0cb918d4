import type { OidcRefusal } from '@trove/contract/sign-in'

/** What the way back from a provider may end with, and what would be right. */
const sentences: Record<OidcRefusal, string> = {
  expired: 'That took too long, or began in another browser. Try again.',
  cancelled: 'The sign-in was cancelled there.',
  provider: 'The answer of the provider could not be trusted, so nobody was signed in. Try again.',
  'unverified-email':
    'The provider does not vouch for your e-mail address. Verify it there, or sign in here in another way.',
  'link-first':
    'There is an account with your e-mail address already. Sign in to it here, then link the provider under Settings, Security.',
  'no-account': 'You have no account here, and registration is closed. Ask the administrator of this installation.',
  'linked-elsewhere': 'Somebody else’s account here is linked to that sign-in already.',
  suspended: 'This account is suspended. Ask the administrator of this installation.',
}

export function refusalSentence(refused: string | undefined): string | undefined {
  return refused !== undefined && Object.hasOwn(sentences, refused) ? sentences[refused as OidcRefusal] : undefined
}
