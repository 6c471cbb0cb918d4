import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { pagePolicy } from '../platform/http/headers.ts'
import type { Settings } from '../platform/settings.ts'
import { Problem } from '../platform/problem.ts'
import { ROOT } from './root.ts'

const DIST = join(ROOT, 'web', 'dist')
const ASSETS = join(DIST, 'assets', '/')
const YEAR_SECONDS = 31_536_000
const NOT_BUILT =
  '<!doctype html><title>Trove</title><p>The page is not built yet. Run <code>npm start</code>; it builds the page and says so.'

/** Where a link leads: a page for people without an account, that loads nothing of the other. */
const LINK_PATH = '/s'

/** Serves the page. Every address that is not the API's and names no file is the page's own: it reads it and shows the place. */
export async function pageRoute(app: FastifyInstance, settings: Settings) {
  const prefix = `${settings.publicUrl?.pathname.replace(/\/$/, '') ?? ''}/`
  await app.register(fastifyStatic, {
    root: DIST,
    wildcard: true,
    index: false,
    dotfiles: 'ignore',
    // What is in assets/ has its content's hash in its name.
    setHeaders: (reply, path) =>
      void reply.header(
        'cache-control',
        path.startsWith(ASSETS) ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-cache',
      ),
  })
  const policies = { 'index.html': pagePolicy(settings, settings.mapTiles), 'link.html': pagePolicy(settings) }
  const sendPage = async (reply: FastifyReply, document: keyof typeof policies = 'index.html') => {
    const index = join(DIST, document)
    const html = existsSync(index)
      ? (await readFile(index, 'utf8')).replace('<base href="/"', `<base href="${prefix}"`)
      : NOT_BUILT
    return reply
      .code(200)
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-cache')
      .header('content-security-policy', policies[document])
      .send(html)
  }
  app.get('/', (_request, reply) => sendPage(reply))
  app.get(LINK_PATH, (_request, reply) => sendPage(reply, 'link.html'))
  app.setNotFoundHandler((request, reply) => {
    const [path = ''] = request.url.split('?')
    const wantsPage =
      (request.method === 'GET' || request.method === 'HEAD') &&
      !/^\/(api|assets)(\/|$)/.test(path) &&
      !/\.\w+$/.test(path)
    if (wantsPage) return sendPage(reply)
    throw new Problem('not-found', 'There is nothing at this address.')
  })
}
