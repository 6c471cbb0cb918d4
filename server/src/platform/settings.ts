/** The limits and public facts of this installation, as parsed from its configuration. Every value is final. */
export type Settings = {
  /** Where people reach Trove; its path is `/` or a prefix without trailing slash. undefined: where each request says it went. */
  readonly publicUrl: URL | undefined
  /** Whose `Forwarded` and `X-Forwarded-*` headers count: nobody's, those of so many hops, or those of these networks. */
  readonly trustProxy: false | number | readonly string[]
  readonly maxFileBytes: number
  readonly maxSessionBytes: number
  readonly defaultQuotaBytes: number
  readonly trashDays: number
  /** Whole months of the trail that are kept besides the present one; 0: all. */
  readonly activityKeepMonths: number
  /** How long an organization can be kept after all once its erasing has been confirmed, in milliseconds. */
  readonly eraseDelayMs: number
  /** How long an upload that nobody continues is kept, in milliseconds. */
  readonly uploadExpiryMs: number
  /** How long bytes that nothing refers to are kept, in milliseconds. */
  readonly sweepGraceMs: number
  readonly loginFailuresPerMinute: number
  readonly downloadsPerMinute: number
  /** Uploads that may be begun, by each person and each link. */
  readonly uploadsPerMinute: number
  /** Lists filtered by name. */
  readonly searchesPerMinute: number
  readonly registrationsPerMinute: number
  /** The provider that people may sign in with (OpenID Connect); undefined: there is none. */
  readonly oidc: Oidc | undefined
  /** What opens `/metrics` to other machines; undefined: it is for this machine alone. */
  readonly metricsToken: string | undefined
  /** Where mail goes out; undefined: it is kept in the outbox. Comes with a `publicUrl`, for the links in it. */
  readonly smtp: Smtp | undefined
  /** Absolute: a sorted list of SHA-1 of passwords that are known to thieves, such as Have I Been Pwned's. */
  readonly breachedPasswordsFile: string | undefined
  /** Media children at a time. */
  readonly workerConcurrency: number
  /** Wall time one media child may take, in milliseconds. */
  readonly mediaTimeoutMs: number
  /** Memory one media child may use, in bytes. */
  readonly mediaMemoryBytes: number
}

export type Oidc = {
  /** https, or http on this machine; exactly as the provider names itself. */
  readonly issuer: URL
  readonly clientId: string
  /** undefined: the provider knows Trove as a public client. */
  readonly clientSecret: string | undefined
  /** What the button on the sign-in page says after "Sign in with". */
  readonly name: string
  /** Whether whoever the provider lets in gets an account, also while registration is closed. */
  readonly makesAccounts: boolean
}

/** Where mail goes out, and in whose name. */
type Smtp = {
  host: string
  port: number
  /** TLS from the first byte; otherwise by STARTTLS as soon as the server offers it. */
  isTls: boolean
  credentials: { user: string; password: string } | undefined
  from: { name: string; address: string }
}
