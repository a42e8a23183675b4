/** @jest-config-loader ts-node
 * @jest-config-loader-options {"transpileOnly": true, "skipProject": true}
 */
import type { Config } from 'jest';

const libraries = ['core', 'chat', 'ollama', 'slack', 'knowledge', 'conversations', 'metrics', 'testing'];

const shared: Config = {
  rootDir: __dirname,
  roots: ['<rootDir>/apps', '<rootDir>/libs'],
  testEnvironment: 'node',
  transform: { '^.+\\.ts$': ['@swc/jest', swcOptions()] },
  moduleNameMapper: Object.fromEntries(
    libraries.map((name) => [`^@jamie/${name}$`, `<rootDir>/libs/${name}/src/index.ts`]),
  ),
};

const project = (displayName: string, suffix: string): Config => ({
  ...shared,
  displayName,
  testRegex: `\\.${suffix}\\.ts$`,
});

const config: Config = {
  projects: [project('unit', 'spec'), project('integration', 'int-spec'), project('e2e', 'e2e-spec')],
  testTimeout: 20_000,
};

function swcOptions(): Record<string, unknown> {
  return {
    sourceMaps: 'inline',
    jsc: {
      target: 'es2023',
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true },
      keepClassNames: true,
    },
    module: { type: 'commonjs' },
  };
}

export default config;
