import { type GatewardenMatchers, matchers } from './matchers.ts'

/*
 * `import '@gatewarden/testing/jest'` adds the matchers to Jest's `expect` and to its types.
 */

const { expect } = globalThis as { expect?: { extend(given: typeof matchers): void } }
if (expect === undefined) {
  throw new TypeError(
    '@gatewarden/testing/jest: there is no global expect; write expect.extend(matchers) in its place',
  )
}
expect.extend(matchers)

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- Jest is extended by merging into this namespace
  namespace jest {
    // eslint-disable-next-line @typescript-eslint/no-empty-object-type, @typescript-eslint/no-unused-vars -- to be merged, with the same parameters
    interface Matchers<R, T = {}> extends GatewardenMatchers<R> {}
  }
}
