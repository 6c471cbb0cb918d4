import { hash, verify } from '@node-rs/bcrypt'

/** 2^12 rounds: about a third of a second here. Twice that again for each step. */
const COST = 12
/** bcrypt runs on the same few threads as fsync, so it may not take them all. */
const AT_A_TIME = 2

let running = 0
const waiting: (() => void)[] = []

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= AT_A_TIME) await new Promise<void>((resolve) => waiting.push(resolve))
  else running += 1
  try {
    return await work()
  } finally {
    const next = waiting.shift()
    if (next === undefined) running -= 1
    else next()
  }
}

/** @param password  at most 72 bytes of UTF-8; bcrypt reads no further, so callers refuse longer ones first */
export const hashPassword = (password: string): Promise<string> =>
  inTurn(() => hash(password, { cost: COST, rejectLongPasswords: true }))

/** Hash of a password that nobody knows, for accounts that do not exist: both answers take the same time. */
const unknown = '$2b$12$1lIQkG.Ia5rl50rjGWKZpuF9psnQsrn..ybXu8zabZC84fA4VXWpy'

/** Whether the password is the one. Takes as long when there is no such account (`passwordHash` undefined). */
export async function isPassword(password: string, passwordHash: string | undefined): Promise<boolean> {
  const isRight = await inTurn(() => verify(password, passwordHash ?? unknown).catch(() => false))
  return isRight && passwordHash !== undefined
}
