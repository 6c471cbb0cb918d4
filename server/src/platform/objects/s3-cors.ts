import { GetBucketCorsCommand, PutBucketCorsCommand, type CORSRule } from '@aws-sdk/client-s3'
import { SHORT, type S3 } from './s3-client.ts'
import { nameOf, statusOf } from './s3-faults.ts'

const RULE = 'trove'

/**
 * Lets pages of these origins send parts and fetch objects, beside the rules that the bucket has. A store that knows no
 * CORS, or does not let these keys set it, is left as it is: then whoever runs it has to see to that.
 */
export async function allowOrigins(s3: S3): Promise<void> {
  const { bucket: Bucket, allowedOrigins } = s3.options
  if (allowedOrigins.length === 0) return
  const ours: CORSRule = {
    ID: RULE,
    AllowedOrigins: [...allowedOrigins],
    AllowedMethods: ['GET', 'HEAD', 'PUT'],
    AllowedHeaders: ['*'],
    ExposeHeaders: ['ETag', 'Content-Length', 'Content-Range', 'Accept-Ranges'],
    MaxAgeSeconds: 3600,
  }
  const others = await rulesOf(s3).catch(() => undefined)
  if (others === undefined) return
  const CORSConfiguration = { CORSRules: [...others.filter(({ ID }) => ID !== RULE), ours] }
  await s3
    .attempt(SHORT, (client, abortSignal) =>
      client.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration }), { abortSignal }),
    )
    .catch(() => undefined)
}

async function rulesOf(s3: S3): Promise<CORSRule[]> {
  return s3.attempt(SHORT, async (client, abortSignal) => {
    try {
      const found = await client.send(new GetBucketCorsCommand({ Bucket: s3.options.bucket }), { abortSignal })
      return found.CORSRules ?? []
    } catch (error) {
      if (nameOf(error) === 'NoSuchCORSConfiguration' || statusOf(error) === 404) return []
      throw error
    }
  })
}
