import '../rows/d8-headers.test.ts'
