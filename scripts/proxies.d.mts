export type Proxy = 'nginx' | 'caddy' | 'haproxy'
export function findProxy(name: Proxy): string | undefined
export function ensureProxies(): void
