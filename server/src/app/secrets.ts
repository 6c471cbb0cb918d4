import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'

const SECRET_BYTES = 48

/**
 * The secret kept in `folder/name`, made on first use: 48 random bytes in base64url, readable by this user alone.
 *
 * It is flushed before it is given away, and appears whole or not at all: of two processes that start
 * together one makes it and the other reads it.
 */
export function ensureSecret(folder: string, name: string): Uint8Array {
  return new TextEncoder().encode(ensureSecretText(folder, name))
}

export function ensureSecretText(folder: string, name: string): string {
  const path = join(folder, name)
  return readSecret(path) ?? makeSecret(folder, path)
}

/**
 * Makes the folder of everything. Others may pass through it, because as root PostgreSQL's part belongs to another
 * user, but see nothing: each part below has its own mode.
 */
export function ensureDataFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o711 })
}

function readSecret(path: string): string | undefined {
  try {
    const text = readFileSync(path, 'utf8').trim()
    if (text.length >= 32) return text
    throw new Error(`${path} should hold a secret of at least 32 characters; put back the right one from a backup`)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function makeSecret(folder: string, path: string): string {
  ensureDataFolder(dirname(folder))
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`
  const secret = randomBytes(SECRET_BYTES).toString('base64url')
  const file = openSync(draft, 'wx', 0o600)
  writeSync(file, `${secret}\n`)
  fsyncSync(file)
  closeSync(file)
  try {
    linkSync(draft, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    unlinkSync(draft)
  }
  flushFolder(folder)
  return readSecret(path) ?? secret
}

/** A new name is durable only when its folder is flushed. */
function flushFolder(folder: string): void {
  const file = openSync(folder, 'r')
  fsyncSync(file)
  closeSync(file)
}
