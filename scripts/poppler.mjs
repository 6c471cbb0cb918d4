// Where the tools of Poppler are, for facts about PDFs by others than Trove; on Debian and its kin how they get there.
import { spawnSync } from 'node:child_process'
import { aptInstall } from './apt.mjs'

/** Whether pdfinfo and pdftotext start. */
export function hasPoppler() {
  return ['pdfinfo', 'pdftotext'].every((name) => spawnSync(name, ['-v'], { stdio: 'ignore' }).status === 0)
}

/** Installs them where this user may; says so where not. With CI=true their absence is an error. */
export function ensurePoppler() {
  if (hasPoppler()) return
  if (aptInstall('poppler-utils', 'Installing Poppler for the facts of PDFs (once)…') && hasPoppler()) return
  const words = 'There is no pdftotext, and this user cannot install one: apt-get install poppler-utils.'
  if (process.env.CI === 'true') throw new Error(words)
  console.log(`${words} What is read of PDFs is not held against it.`)
}
