import { describePacked } from './describe-packed.ts'

describePacked(
  [
    ['examples/nest-api', 'http', 'graphql', 'gateway', 'login', 'restart'],
    ['packages/conformance/projects/nest-11-commonjs'],
    ['packages/conformance/projects/nest-12-esm'],
  ],
  [
    {
      name: 'nest-jwt-module',
      project: 'packages/conformance/projects/nest-11-commonjs',
      made: 'JwtGuardModule.forRoot',
    },
  ],
)
