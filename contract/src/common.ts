import { Type, type Static, type TSchema } from 'typebox'

export const Id = Type.String({ format: 'uuid', description: 'UUIDv7: ordered by the time it was made.' })

/**
 * An address that a mail can be sent to: no quotes, comments, lists, control or invisible characters, so that no two
 * programs read it as two different recipients.
 */
export const Email = Type.String({
  minLength: 3,
  maxLength: 254,
  pattern: '^[^\\s"(),:;<>@\\[\\\\\\]\\p{C}\\p{Z}]+@[^\\s"(),:;<>@\\[\\\\\\]\\p{C}\\p{Z}_]+$',
})

/** An instant, RFC 3339. */
export const Timestamp = Type.String({ format: 'date-time' })

export const SizeBytes = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })

/** Lower-case hexadecimal SHA-256. */
export const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' })

/** Answer of an endpoint that has nothing to say. */
export const Nothing = Type.Null()

/** Marks an endpoint whose response is bytes and headers, written by its own handler. */
export const Bytes = Type.Unsafe<never>({ type: 'string', format: 'binary' })

/** A page of a list. `next` is absent on the last page; otherwise it is the `cursor` of the page after. */
export const Page = <T extends TSchema>(item: T) =>
  Type.Object({ items: Type.Array(item), next: Type.Optional(Type.String()) })

export const PageQuery = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, description: '50 unless said.' })),
  cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 2000, description: '`next` of the page before.' })),
}

/** A string that is one of the words given. */
export const OneOf = <const T extends readonly string[]>(words: T) =>
  Type.Unsafe<T[number]>({ type: 'string', enum: [...words] })

/** Who did something, as others may see them. */
export const Person = Type.Object({ id: Id, name: Type.String() })
export type Person = Static<typeof Person>
