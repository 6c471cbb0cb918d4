/** The limits and public facts of this installation, as parsed from its configuration. Every value is final. */
export type Settings = {
  /** Where people reach Trove; its path is `/` or a prefix without trailing slash. undefined: where each request says it went. */
  readonly publicUrl: URL | undefined
  /** Whose `Forwarded` and `X-Forwarded-*` headers count: nobody's, those of so many hops, or those of these networks. */
  readonly trustProxy: false | number | readonly string[]
  readonly maxFileBytes: number
  /** Whether clients may bring bytes to the store themselves, where the store can be reached by them. */
  readonly takesDirect: boolean
  /** Scheme, host and port by which browsers reach the store: the one other origin that the page may use. undefined: it uses none. */
  readonly storeOrigin: string | undefined
  /** Whose drawn squares of the earth the map of places may show to those who agree; undefined: there is an outline alone. */
  readonly mapTiles: MapTiles | undefined
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
  /** At what rate stored bytes are read again by the clock, so that reading does not disturb uploads. */
  readonly verifyBytesPerSecond: number
  /** Every stored byte is read again once in so many days, if the rate allows. */
  readonly verifyEveryDays: number
  /** How originals move to the cold tier and back; undefined: there is none. */
  readonly tiers: Tiers | undefined
  readonly loginFailuresPerMinute: number
  readonly downloadsPerMinute: number
  /** How originals reach people: through this program, by the proxy in front from the same disk, or from the store itself. */
  readonly delivery: 'stream' | 'accel' | 'redirect'
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
  /** What looks for viruses; undefined: nothing does, and files are not scanned. */
  readonly scanning: Scanning | undefined
  /** Absolute: where copies of stored files are for as long as a program needs them. Closed to other users. */
  readonly temporaryFolder: string
  /** Media children at a time. */
  readonly workerConcurrency: number
  /** Wall time one media child may take, in milliseconds. */
  readonly mediaTimeoutMs: number
  /** Memory one media child may use, in bytes. */
  readonly mediaMemoryBytes: number
}

/** Where a virus scanner listens. */
export type ScannerAddress = { readonly host: string; readonly port: number } | { readonly path: string }

/** A virus scanner, and what is done with what it cannot look at. */
export type Scanning = {
  readonly address: ScannerAddress
  /**
   * `hold`: what could not be scanned is for its uploader alone; `allow-large`: unless it was too large for the
   * scanner; `allow`: it goes out unscanned, also while no scanner can be reached.
   */
  readonly policy: 'hold' | 'allow-large' | 'allow'
  /** Larger files are not sent to the scanner. Must not be above what the scanner takes. */
  readonly maxBytes: number
  /** Days after which what was clean is scanned again with newer signatures; 0: never. */
  readonly againDays: number
  /** How fast bytes are read for scanning again. */
  readonly bytesPerSecond: number
}

export type Tiers = {
  /** Originals that nobody has fetched for so many days move to the cold tier. */
  readonly afterDays: number
  /** What whoever asks for a cold original gets: its bytes at once, or the word that it is being fetched. */
  readonly reads: 'direct' | 'recall'
  /** At what rate bytes move to the cold tier. They come back as fast as they can. */
  readonly bytesPerSecond: number
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

export type MapTiles = {
  /** https, or http on this machine, with `{z}`, `{x}` and `{y}` behind the host. Browsers are told it, so it is no secret. */
  readonly template: string
  /** Scheme, host and port of `template`. Letters, digits, dots and hyphens only: it stands in a policy. */
  readonly origin: string
  readonly attribution: string
  /** The deepest level that the source has. */
  readonly maxZoom: number
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
