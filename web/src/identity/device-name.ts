import type { Device } from '@trove/contract/sign-in'

/** `Firefox on Windows`; what a browser or program says of itself. */
export function deviceName({ browser, system }: Device): string {
  if (browser !== null && system !== null) return `${browser} on ${system}`
  return browser ?? system ?? 'Unknown program'
}
