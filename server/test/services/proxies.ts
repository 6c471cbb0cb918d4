import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findProxy } from '../../../scripts/proxies.mjs'
import { ask } from '../tus.ts'
import { freePort, until } from '../server.ts'

export type ProxyName = 'nginx' | 'caddy' | 'haproxy'

/** Why tests behind a proxy are skipped; false where they are not. `.ci/run` installs all three. */
export const withoutProxy = (name: ProxyName): string | false =>
  findProxy(name) === undefined ? `there is no ${name}` : false

/** A proxy on a port of its own in front of a Trove. */
export type ProxyServer = { port: number; stop(): Promise<void> }

export type Front = {
  /** Where Trove listens. */
  upstreamPort: number
  /** `/trove`, when it is to live below a path; otherwise empty. */
  prefix: string
  folder: string
  port: number
  /** The folder that nginx itself hands objects out of when Trove tells it to. */
  objectsFolder?: string | undefined
}

const START_MS = 15_000

/** Starts a proxy as an administrator would set it up, bodies buffered where that is its default. */
export async function startProxy(
  name: ProxyName,
  upstreamPort: number,
  prefix = '',
  objectsFolder?: string,
): Promise<ProxyServer> {
  const folder = await mkdtemp(join(tmpdir(), `trove-${name}-`))
  const port = await freePort()
  const front: Front = { upstreamPort, prefix, folder, port, objectsFolder }
  const path = join(folder, 'proxy.conf')
  await writeFile(path, configurations[name](front))
  const child = spawn(findProxy(name) ?? name, argumentsOf[name](path, folder), {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
  })
  let words = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (words += text))
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const answers = () =>
    ask(`http://127.0.0.1:${port}`, { method: 'GET', path: `${prefix}/healthz` }).then(
      ({ status }) => status === 200,
      () => false,
    )
  if (!(await until(async () => child.exitCode !== null || (await answers()), START_MS)) || child.exitCode !== null) {
    child.kill('SIGKILL')
    throw new Error(`${name} did not start:\n${words}`)
  }
  return {
    port,
    async stop() {
      // Not asked politely: each would wait for connections that are kept open.
      child.kill('SIGKILL')
      await ended
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const argumentsOf: Record<ProxyName, (path: string, folder: string) => string[]> = {
  nginx: (path, folder) => ['-c', path, '-p', folder, '-e', 'stderr'],
  caddy: (path) => ['run', '--config', path, '--adapter', 'caddyfile'],
  haproxy: (path) => ['-db', '-f', path],
}

const configurations: Record<ProxyName, (front: Front) => string> = {
  // Nothing is said of buffering: then nginx takes the whole body before Trove sees a byte of it.
  nginx: ({ upstreamPort, prefix, folder, port, objectsFolder }) => `
    daemon off; master_process off; pid ${folder}/pid; error_log stderr;
    events {}
    http {
      access_log off;
      client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/f;
      uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
      client_max_body_size 100m;
      map $http_upgrade $connection_upgrade { default upgrade; '' ''; }
      server {
        listen 127.0.0.1:${port};
        ${objectsFolder === undefined ? '' : `location /trove-objects/ { internal; alias ${objectsFolder}/; add_header X-Content-Type-Options nosniff always; }`}
        location ${prefix}/ {
          proxy_pass http://127.0.0.1:${upstreamPort}/;
          proxy_http_version 1.1;
          proxy_set_header Upgrade $http_upgrade;
          proxy_set_header Connection $connection_upgrade;
          proxy_set_header Host $http_host;
          proxy_set_header X-Forwarded-For $remote_addr;
          proxy_set_header X-Forwarded-Proto $scheme;
          proxy_set_header X-Forwarded-Host $http_host;
          ${prefix === '' ? '' : `proxy_set_header X-Forwarded-Prefix ${prefix};`}
        }
      }
    }`,
  caddy: ({ upstreamPort, prefix, port }) => `{
  admin off
  auto_https off
}
http://127.0.0.1:${port} {
  handle_path ${prefix}/* {
    reverse_proxy 127.0.0.1:${upstreamPort} {
      flush_interval -1
      ${prefix === '' ? '' : `header_up X-Forwarded-Prefix ${prefix}`}
    }
  }
}
`,
  haproxy: ({ upstreamPort, prefix, port }) => `
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
frontend front
  bind 127.0.0.1:${port}
  http-request set-header X-Forwarded-Proto http
  http-request set-header X-Forwarded-Host %[req.hdr(host)]
  http-request set-header X-Forwarded-For %[src]
  ${prefix === '' ? '' : `http-request set-header X-Forwarded-Prefix ${prefix}`}
  ${prefix === '' ? '' : `http-request set-path %[path,regsub(^${prefix}/,/)]`}
  default_backend trove
backend trove
  server trove 127.0.0.1:${upstreamPort}
`,
}
