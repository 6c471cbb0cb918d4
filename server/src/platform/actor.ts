/** Whoever an operation is done for. A task acts as `system` and says why. */
export type Actor =
  | { kind: 'anyone'; ip: string }
  | { kind: 'user'; userId: string; sessionId: string; isAdministrator: boolean; ip: string }
  | { kind: 'system'; reason: string }

export type UserActor = Extract<Actor, { kind: 'user' }>
