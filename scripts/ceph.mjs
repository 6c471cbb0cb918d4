// Where a Ceph for tests is, and on Debian and its kin how it gets there. Needs nothing but Node.
import { spawnSync } from 'node:child_process'
import { aptInstall } from './apt.mjs'

const PROGRAMS = ['monmaptool', 'osdmaptool', 'ceph-mon', 'ceph-osd', 'radosgw', 'radosgw-admin']
const PACKAGES = ['radosgw', 'ceph-mon', 'ceph-osd', 'ceph-common']

/** Whether the programs of a monitor, a disk and an S3 gateway are there. */
export const hasCeph = () =>
  PROGRAMS.every((name) => spawnSync('sh', ['-c', `command -v ${name}`], { stdio: 'ignore' }).status === 0)

/** Installs Ceph where this user may; says so where not. With CI=true its absence is an error. */
export function ensureCeph() {
  if (hasCeph()) return
  const isInstalled = aptInstall(PACKAGES, 'Installing Ceph for the tests of S3 (once, 220 MB)…')
  if (isInstalled && hasCeph()) return
  const words = `There is no Ceph, and this user cannot install it: apt-get install ${PACKAGES.join(' ')}.`
  if (process.env.CI === 'true') throw new Error(words)
  console.log(`${words} The tests with S3 are skipped.`)
}
