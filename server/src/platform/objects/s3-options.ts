/** Where a bucket is and how it is spoken to. */
export type S3Options = {
  /** undefined: that of AWS for the region. */
  readonly endpoint: string | undefined
  readonly region: string
  readonly bucket: string
  /** Before every key in the bucket: empty, or ending in a slash. */
  readonly prefix: string
  /** The bucket in the path of addresses instead of in the host's name. */
  readonly pathStyle: boolean
  /** undefined: found as AWS's own programs find them (environment, files, role of the machine). */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined
  readonly encryption: S3Encryption | undefined
  /** STANDARD_IA and the like; undefined: the bucket's own. */
  readonly storageClass: string | undefined
  /** By which clients reach the same store from outside, as `https://media.example.org`; undefined: they do not. */
  readonly publicUrl: string | undefined
  /** Pages that may send and fetch bytes there (CORS), by origin; told to the bucket at the start. */
  readonly allowedOrigins: readonly string[]
}

/** What the store is asked to encrypt with: a key of its own, one of its key server, or one that is sent each time. */
export type S3Encryption =
  | { readonly kind: 'store' }
  | { readonly kind: 'kms'; readonly keyId: string | undefined }
  | { readonly kind: 'customer'; readonly key: Uint8Array }
