import type { Scope } from '@trove/contract/access'

/** Whoever an operation is done for. A task acts as `system` and says why. */
export type Actor =
  | { kind: 'anyone'; ip: string; userAgent?: string }
  | {
      kind: 'user'
      userId: string
      /** The session, or the API key, that speaks for the user: what is revoked when it is to end. */
      sessionId: string
      isAdministrator: boolean
      ip: string
      userAgent?: string
      /** What an API key may be used for; absent for a session, which may do all that its user may. */
      scopes?: readonly Scope[]
    }
  /** A stranger who has opened a link: that link's rights and nothing else. */
  | { kind: 'link'; linkId: string; organizationId: string; visitId: string; ip: string; userAgent?: string }
  | { kind: 'system'; reason: string }

export type LinkActor = Extract<Actor, { kind: 'link' }>
export type UserActor = Extract<Actor, { kind: 'user' }>
