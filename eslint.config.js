import tseslint from 'typescript-eslint'

export default tseslint.config(
  {
    ignores: [
      '**/dist/',
      '**/.turbo/',
      '**/coverage/',
      '**/reports/',
      '**/.stryker-tmp/',
      '**/.snippets/',
      'examples/*/data/',
      'packages/conformance/projects/',
    ],
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: {
        // The first that has a file counts. Packages in one program have what they share checked once, not once for each.
        project: [
          'packages/tsconfig.lint.json',
          'packages/{benchmarks,client}/tsconfig.test.json',
          'examples/tsconfig.lint.json',
          'examples/spa/tsconfig.json',
          'docs/tsconfig.json',
        ],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/consistent-indexed-object-style': 'off',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
      ],
      '@typescript-eslint/only-throw-error': 'error',
      eqeqeq: ['error', 'always'],
      'no-console': 'error',
    },
  },
  {
    files: ['examples/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['**/test/**/*.ts', 'examples/pitfalls/*/attack.test.ts'],
    rules: {
      // supertest types response bodies as any; tests assert on them at once.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/require-await': 'off',
      // process.emitWarning, authority.jwks …: taken off their objects on purpose, and none uses this.
      '@typescript-eslint/unbound-method': 'off',
      'no-console': 'off',
    },
  },
)
