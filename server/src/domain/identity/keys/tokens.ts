import { randomBytes } from 'node:crypto'

/** Lets people and scanners of leaked secrets see what it is. */
const PREFIX = 'trove_'
const TOKEN = /^trove_[\w-]{43}$/
const TOKEN_BYTES = 32
const ENDING = 4

export const newKeyToken = (): string => PREFIX + randomBytes(TOKEN_BYTES).toString('base64url')

export const isKeyToken = (token: string): boolean => TOKEN.test(token)

/** What is shown of it afterwards: enough to tell it from others, far too little to guess the rest. */
export const endingOf = (token: string): string => token.slice(-ENDING)
