import { v7 } from 'uuid'

/** A new key: UUIDv7, so that ids sort by the time they were made (RFC 9562 §5.7), also within a millisecond. */
export const newId = (): string => v7()

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Whether a text has the form of a key, so that PostgreSQL need not be asked to refuse it. */
export const isId = (text: unknown): text is string => typeof text === 'string' && UUID.test(text)
