module.exports = {
  testEnvironment: 'node',
  testRegex: 'test/.*\\.spec\\.ts$',
  transform: {
    '\\.[jt]s$': [
      'ts-jest',
      {
        tsconfig: {
          allowJs: true,
          esModuleInterop: true,
          emitDecoratorMetadata: true,
          experimentalDecorators: true,
          types: ['node', 'jest'],
        },
      },
    ],
  },
  transformIgnorePatterns: ['/node_modules/(?!@gatewarden/)'],
}
