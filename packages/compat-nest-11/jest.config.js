import { readFileSync } from 'node:fs'
import preset, { withDecorators } from '../../jest.preset.js'

const { devDependencies } = JSON.parse(
  readFileSync(new URL('package.json', import.meta.url), 'utf8'),
)

/** It has files for import and others for require, and a path would choose for both. There is but one copy anyway. */
const HAS_TWO_KINDS_OF_FILES = 'graphql-ws'

/**
 * The tests and the source of nest-jwt-module as they are, with every package they import taken from here: Nest 11
 * instead of 12, and one copy of whatever Nest shares with them.
 */
export default {
  ...withDecorators(preset),
  roots: ['<rootDir>/../nest-jwt-module/test'],
  testMatch: ['**/*.test.ts'],
  moduleNameMapper: Object.fromEntries(
    Object.keys(devDependencies)
      .filter((name) => !name.startsWith('@gatewarden/') && name !== HAS_TWO_KINDS_OF_FILES)
      .map((name) => [`^${name}(/.*)?$`, `<rootDir>/node_modules/${name}$1`]),
  ),
}
