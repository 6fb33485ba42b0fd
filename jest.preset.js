import { fileURLToPath } from 'node:url'

/** What every package's jest configuration shares: TypeScript through swc, as ES modules. */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // Several packages share the cores of the machine: a limit near what a test takes is a matter of luck then.
  testTimeout: 120_000,
  globalTeardown: fileURLToPath(new URL('scripts/end-leftovers.js', import.meta.url)),
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': ['@swc/jest', swc()] },
}

/** The same for Nest, which reads the types of constructor parameters at run time. */
export function withDecorators(preset) {
  const transform = { legacyDecorator: true, decoratorMetadata: true }
  return { ...preset, transform: { '\\.ts$': ['@swc/jest', swc(transform)] } }
}

function swc(transform = {}) {
  return {
    jsc: { parser: { syntax: 'typescript', decorators: true }, target: 'es2022', transform },
    module: { type: 'es6' },
    sourceMaps: 'inline',
  }
}
