import { Type, type Static } from 'typebox'
import { OneOf } from './common.ts'

/** A member's role in an organization, strongest first. Guests arrive with sharing. */
export const roles = ['owner', 'admin', 'member'] as const
export const Role = OneOf(roles)
export type Role = (typeof roles)[number]

/** What may be done to a resource. */
export const rights = ['read', 'comment', 'download', 'write', 'share'] as const
export const Right = OneOf(rights)
export type Right = (typeof rights)[number]

export const Rights = Type.Array(Right, { description: 'What the caller may do with it.' })
export type Rights = Static<typeof Rights>
