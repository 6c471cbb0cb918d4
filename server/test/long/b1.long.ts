// B1: every MUST of tus 1.0.0 and of the extensions that are offered, as literal requests. They are quick, so `npm test` runs them too.
import '../../src/domain/uploads/parts/parts.test.ts'
import '../../src/domain/uploads/tus-creation.test.ts'
import '../../src/domain/uploads/tus-deferred.test.ts'
import '../../src/domain/uploads/tus.test.ts'
