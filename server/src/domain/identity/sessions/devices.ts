import type { Device } from '@trove/contract/sign-in'
import bowser from 'bowser'

const KINDS: Record<string, Device['kind']> = { desktop: 'desktop', mobile: 'phone', tablet: 'tablet' }

/** What a browser says of itself, for people to recognise it; anybody can say anything, so nothing is decided by it. */
export function deviceNamed(userAgent: string | null): Device {
  if (userAgent === null || userAgent.trim() === '') return { browser: null, system: null, kind: 'other' }
  const { browser, os, platform } = bowser.parse(userAgent)
  return {
    browser: browser.name || program(userAgent),
    system: os.name || null,
    kind: KINDS[platform.type ?? ''] ?? 'other',
  }
}

/** `curl` of `curl/8.9.1`: programs name themselves first (RFC 9110 §10.1.5). */
const program = (userAgent: string): string | null => /^[\w .-]{1,40}(?=\/|$)/.exec(userAgent)?.[0].trim() ?? null
