import { describePacked } from './describe-packed.ts'

// Beside packed-nest.test.ts: each takes minutes, and there are two workers.
describePacked(
  [
    ['examples/express-api', 'app', 'login', 'restart'],
    ['examples/koa-api', 'app', 'login', 'restart'],
    ['examples/quick-start'],
  ],
  [
    { name: 'express-jwt-guard', project: 'examples/express-api', made: 'jwtGuard(options)' },
    { name: 'koa-jwt', project: 'examples/koa-api', made: 'jwtGuard(options)' },
  ],
)
