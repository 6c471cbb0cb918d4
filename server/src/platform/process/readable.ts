import { realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url))

/** Programs and their libraries, fonts, and what LibreOffice needs where it is installed. */
const OF_THE_SYSTEM = [
  '/bin',
  '/sbin',
  '/lib',
  '/lib32',
  '/lib64',
  '/usr',
  '/etc/alternatives',
  '/etc/fonts',
  '/etc/ld.so.cache',
  '/etc/libreoffice',
  '/var/cache/fontconfig',
]
/** The program itself. What an installation keeps may lie beside it, so no folder that could hold that. */
const OF_TROVE = [
  'node_modules',
  'contract',
  'package.json',
  'server/package.json',
  'server/src',
  'server/node_modules',
]

/** What a walled process may read of this machine, absolute; those that are not there are passed over. */
export function readableFolders(): readonly string[] {
  const node = dirname(realpathSync(process.execPath))
  const folders = [...OF_THE_SYSTEM, ...OF_TROVE.map((name) => join(ROOT, name))]
  return folders.some((folder) => node.startsWith(`${folder}/`)) ? folders : [...folders, node]
}
