// Where the proxies are that people put in front, and on Debian and its kin how they get there. Needs nothing but Node.
import { existsSync } from 'node:fs'
import { aptInstall } from './apt.mjs'

const PACKAGES = { nginx: 'nginx-light', caddy: 'caddy', haproxy: 'haproxy' }
// System programs, so not on everybody's path.
const FOLDERS = ['/usr/sbin', '/usr/bin', '/usr/local/sbin', '/usr/local/bin']

/** The path of a proxy's program, or undefined. */
export function findProxy(name) {
  return FOLDERS.map((folder) => `${folder}/${name}`).find((path) => existsSync(path))
}

/** Installs the proxies where this user may; says so where not. With CI=true their absence is an error. */
export function ensureProxies() {
  for (const [name, packageName] of Object.entries(PACKAGES)) {
    if (findProxy(name) !== undefined) continue
    if (aptInstall(packageName, `Installing ${name} for the tests behind proxies (once)…`) && findProxy(name)) continue
    const words = `There is no ${name}, and this user cannot install it: apt-get install ${packageName}.`
    if (process.env.CI === 'true') throw new Error(words)
    console.log(`${words} The tests behind it are skipped.`)
  }
}
