import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { hasCeph } from '../../../scripts/ceph.mjs'
import type { S3Options } from '../../src/platform/objects/s3-options.ts'
import { freePort, until } from '../server.ts'

/** Why tests with a real S3 are skipped; false where they are not. `.ci/run` installs one. */
export const withoutCeph: string | false = hasCeph()
  ? false
  : 'there is no Ceph: apt-get install radosgw ceph-mon ceph-osd ceph-common'

export type Ceph = {
  readonly port: number
  /** What STORAGE_URL says of a bucket, with more of its words if wanted: `{ sse: 'aws:kms' }`. */
  url(bucket: string, words?: Record<string, string>): string
  /** The same as the driver takes it. */
  options(bucket: string, more?: Partial<S3Options>): S3Options
  /** A new empty bucket; its name. */
  makeBucket(): Promise<string>
  /** A client of its own, to look at the bucket past the driver. */
  client(): S3Client
  /** The gateway hangs, and goes on. */
  freeze(): void
  thaw(): void
  /** The gateway ends at once, and comes back on the same port. */
  kill(): Promise<void>
  start(): Promise<void>
  /** All of Ceph ends at once and comes back. Without `disk` in its options everything in it is gone then. */
  killAll(): Promise<void>
  startAll(): Promise<void>
  stop(): Promise<void>
}

const ACCESS_KEY = 'testkey'
const SECRET_KEY = 'testsecret'
const KMS_KEY = 'testkey-1'
const START_MS = 30_000

type Daemon = 'mon' | 'osd' | 'gateway'

let shared: Promise<Ceph> | undefined

/** One for all tests of this process that only want buckets; it ends with the process. Nobody freezes or stops it. */
export function sharedCeph(): Promise<Ceph> {
  shared ??= startCeph()
  return shared
}

/**
 * A Ceph of its own on this machine: one monitor, one disk and the S3 gateway; ready in a second or two.
 *
 * @param disk  where bytes are kept: in memory (then all of them are gone after `killAll`), or in a file of so many GiB
 */
export async function startCeph(disk: 'memory' | { gib: number } = 'memory'): Promise<Ceph> {
  const folder = await mkdtemp(join(tmpdir(), 'trove-ceph-'))
  const [monitorPort, port] = [await freePort(), await freePort()]
  const configFile = join(folder, 'ceph.conf')
  const running = new Map<Daemon, ChildProcess>()
  for (const name of ['mon', 'osd', 'run', 'gateway']) await mkdir(join(folder, name))
  const fsid = randomUUID()
  await writeFile(configFile, configOf({ folder, fsid, monitorPort, disk }))
  makeMonitor({ folder, fsid, monitorPort, configFile })

  const commands: Record<Daemon, string[]> = {
    mon: ['ceph-mon', '-i', 'a'],
    osd: ['ceph-osd', '-i', '0'],
    gateway: ['radosgw', '-n', 'client.rgw', '--rgw_frontends', `beast endpoint=127.0.0.1:${port}`],
  }
  const begin = (name: Daemon) => {
    const [program = '', ...args] = commands[name]
    const child = spawn(program, ['-c', configFile, '-f', ...args], { stdio: 'ignore' })
    // A shared one lives as long as the process, and does not keep it from ending.
    child.unref()
    running.set(name, child)
  }
  const end = async (name: Daemon) => {
    const child = running.get(name)
    running.delete(name)
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.ref()
    child.kill('SIGKILL')
    await ended
  }
  const start = async () => {
    begin('gateway')
    const answers = () =>
      fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(1000) }).then(
        () => true,
        () => false,
      )
    if (!(await until(answers, START_MS, 20))) throw new Error('the S3 gateway did not start')
  }
  const clients: S3Client[] = []
  const client = () => {
    const made = new S3Client({
      endpoint: `http://127.0.0.1:${port}`,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: { accessKeyId: ACCESS_KEY, secretAccessKey: SECRET_KEY },
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      logger: { trace: silent, debug: silent, info: silent, warn: silent, error: silent },
    })
    clients.push(made)
    return made
  }

  // A test process that ends in any way leaves nothing behind.
  const killEverything = () => {
    for (const child of running.values()) child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
  process.once('exit', killEverything)

  begin('mon')
  run('ceph-osd', ['-c', configFile, '--mkfs', '-i', '0', '--osd-uuid', randomUUID()])
  begin('osd')
  const keys = ['--access-key', ACCESS_KEY, '--secret-key', SECRET_KEY]
  run('radosgw-admin', ['-c', configFile, 'user', 'create', '--uid', 'trove', '--display-name', 'Trove', ...keys])
  await start()

  return {
    port,
    url(bucket, words = {}) {
      const query = new URLSearchParams({ tls: 'off', ...words })
      return `s3://${ACCESS_KEY}:${SECRET_KEY}@127.0.0.1:${port}/${bucket}?${query.toString()}`
    },
    options: (bucket, more = {}) => ({
      endpoint: `http://127.0.0.1:${port}`,
      region: 'us-east-1',
      bucket,
      prefix: '',
      pathStyle: true,
      credentials: { accessKeyId: ACCESS_KEY, secretAccessKey: SECRET_KEY },
      encryption: undefined,
      storageClass: undefined,
      publicUrl: undefined,
      allowedOrigins: [],
      ...more,
    }),
    async makeBucket() {
      const bucket = `bucket-${randomUUID()}`
      const maker = client()
      await maker.send(new CreateBucketCommand({ Bucket: bucket }))
      return bucket
    },
    client,
    freeze: () => void running.get('gateway')?.kill('SIGSTOP'),
    thaw: () => void running.get('gateway')?.kill('SIGCONT'),
    kill: () => end('gateway'),
    start,
    async killAll() {
      await Promise.all([end('gateway'), end('osd'), end('mon')])
    },
    async startAll() {
      begin('mon')
      begin('osd')
      await start()
    },
    async stop() {
      process.off('exit', killEverything)
      for (const each of clients) each.destroy()
      await Promise.all([end('gateway'), end('osd'), end('mon')])
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const silent = () => undefined

type Place = { folder: string; fsid: string; monitorPort: number }

/** No authentication between its parts and one copy of everything: it is for tests. */
function configOf(about: Place & { disk: 'memory' | { gib: number } }): string {
  const { folder, fsid, monitorPort, disk } = about
  const store =
    disk === 'memory'
      ? ['osd_objectstore = memstore', `memstore_device_bytes = ${8 * 1024 ** 3}`]
      : [
          'osd_objectstore = bluestore',
          `bluestore_block_size = ${disk.gib * 1024 ** 3}`,
          'bluestore_block_db_create = false',
        ]
  return [
    '[global]',
    `fsid = ${fsid}`,
    `mon_host = [v2:127.0.0.1:${monitorPort}]`,
    ...['cluster', 'service', 'client'].map((side) => `auth_${side}_required = none`),
    // Without keys there is nothing to encrypt with.
    'ms_mon_client_mode = crc',
    'public_addr = 127.0.0.1',
    'cluster_addr = 127.0.0.1',
    ...store,
    'osd_pool_default_size = 1',
    'osd_pool_default_min_size = 1',
    'osd_pool_default_pg_num = 4',
    'osd_pool_default_pgp_num = 4',
    'osd_pool_default_pg_autoscale_mode = off',
    'osd_crush_chooseleaf_type = 0',
    'osd_crush_update_on_start = false',
    'mon_allow_pool_size_one = true',
    'mon_max_pg_per_osd = 5000',
    'mon_data_avail_crit = 1',
    'paxos_propose_interval = 0.01',
    `mon_data = ${folder}/mon`,
    `osd_data = ${folder}/osd`,
    `rgw_data = ${folder}/gateway`,
    `run_dir = ${folder}/run`,
    'keyring = /dev/null',
    'admin_socket =',
    'log_file =',
    'log_to_file = false',
    'mon_cluster_log_to_file = false',
    // Encryption by the store is asked for over a connection without TLS.
    'rgw_crypt_require_ssl = false',
    'rgw_crypt_s3_kms_backend = testing',
    `rgw_crypt_s3_kms_encryption_keys = ${KMS_KEY}=${randomBytes(32).toString('base64')}`,
    // What was deleted is taken away soon, for its memory is needed.
    'rgw_gc_obj_min_wait = 10',
    'rgw_gc_processor_period = 5',
    '',
  ].join('\n')
}

/** A monitor that knows of one disk from the beginning: nobody has to tell it with the slow command line. */
function makeMonitor({ folder, fsid, monitorPort, configFile }: Place & { configFile: string }): void {
  const [monitors, disks] = [join(folder, 'monmap'), join(folder, 'osdmap')]
  run('monmaptool', ['--create', '--fsid', fsid, '--addv', 'a', `[v2:127.0.0.1:${monitorPort}]`, monitors])
  run('osdmaptool', ['-c', configFile, '--createsimple', '1', disks])
  const maps = ['--monmap', monitors, '--osdmap', disks, '--keyring', '/dev/null']
  run('ceph-mon', ['-c', configFile, '--mkfs', '-i', 'a', ...maps])
}

function run(program: string, args: string[]): void {
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8', timeout: START_MS, maxBuffer: 2 ** 26 })
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr.slice(-1000)}`)
}
