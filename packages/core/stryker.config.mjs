/** Mutation testing of the core. How to run it and how to read it: CONTRIBUTING.md. */
export default {
  testRunner: 'jest',
  // Stryker looks for plugins beside itself, where pnpm does not put them.
  plugins: ['@stryker-mutator/jest-runner'],
  testRunnerNodeArgs: ['--experimental-vm-modules', '--no-warnings'],
  mutate: ['src/**/*.ts'],
  // As deep as this package: jest.config.js finds the preset at the top from there, too.
  tempDirName: '../../.stryker-tmp',
  // Types are not checked when tests run, so nothing has to be silenced in them.
  disableTypeChecks: false,
  coverageAnalysis: 'perTest',
  jest: {
    config: {
      runner: '<rootDir>/mutation/jest-runner.mjs',
      // The compiler does not see mutants, and properties try thousands of values for each of them.
      testPathIgnorePatterns: ['/types\\.test\\.ts$', '\\.property\\.test\\.ts$'],
    },
  },
  // Far more than any test takes: on a busy machine a slow one must not count as a mutant that hangs.
  timeoutMS: 30_000,
  incremental: true,
  incrementalFile: 'reports/mutation/incremental.json',
  htmlReporter: { fileName: 'reports/mutation/index.html' },
  jsonReporter: { fileName: 'reports/mutation/mutation.json' },
  clearTextReporter: { logTests: false, reportTests: false },
  reporters: ['clear-text', 'html', 'json', 'progress'],
  thresholds: { high: 95, low: 88, break: 88 },
  // Everything is an estimate from the whole suite; the runner above asks for a small part of it.
  warnings: { slow: false },
}
