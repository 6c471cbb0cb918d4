/** The keys of organizations: each one's bytes are encrypted under keys that are derived from its own. */
export interface KeyRing {
  /** Whether what is new is encrypted. */
  readonly isOn: boolean
  /** The key of an organization, made on first use. @throws when it may have none any more */
  forWriting(organizationId: string): Promise<Uint8Array>
  /** undefined: there is none, or none any more; what was encrypted under it is gone for good. */
  forReading(organizationId: string): Promise<Uint8Array | undefined>
}
