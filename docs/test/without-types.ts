import { transformSync } from '@swc/core'

/**
 * A code block as the JavaScript that runs. With swc, as the tests themselves: TypeScript takes seconds to load, in each file
 * that asks for it. Whether the types are right is for snippets.test.ts.
 */
export function withoutTypes(code: string): string {
  const { code: stripped } = transformSync(code, {
    configFile: false,
    swcrc: false,
    jsc: {
      parser: { syntax: 'typescript', decorators: true },
      target: 'es2022',
      // Nest's decorators are those of before the standard.
      transform: { legacyDecorator: true, decoratorMetadata: true },
    },
    module: { type: 'es6' },
  })
  return stripped
}
