// npm run openapi: prints the API as OpenAPI 3.1, as a running Trove serves it at /api/openapi.json.
import { openApiDocument } from '../server/src/app/openapi.ts'

console.log(JSON.stringify(openApiDocument(), null, 2))
