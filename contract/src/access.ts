import { Type, type Static } from 'typebox'
import { OneOf } from './common.ts'

/** A member's role in an organization, strongest first. A guest sees only what is granted to them by name or by team. */
export const roles = ['owner', 'admin', 'member', 'guest'] as const
export const Role = OneOf(roles)
export type Role = (typeof roles)[number]

/** What may be done to a resource. */
export const rights = ['read', 'comment', 'download', 'write', 'share'] as const
export const Right = OneOf(rights)
export type Right = (typeof rights)[number]

/** What an API key may be used for: the rights, and what is not about a resource. A session may do all of it. */
export const scopes = [...rights, 'upload', 'manage', 'administer'] as const
export const Scope = OneOf(scopes)
export type Scope = (typeof scopes)[number]

export const Rights = Type.Array(Right, { description: 'What the caller may do with it.' })
export type Rights = Static<typeof Rights>
