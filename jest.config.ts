/** @jest-config-loader ts-node
 * @jest-config-loader-options {"transpileOnly": true, "skipProject": true}
 */
import type { Config } from 'jest';

const libraries = [
  'core',
  'chat',
  'ollama',
  'slack',
  'knowledge',
  'conversations',
  'redis',
  'metrics',
  'testing',
];

const shared: Config = {
  rootDir: __dirname,
  roots: ['<rootDir>/apps', '<rootDir>/libs'],
  testEnvironment: 'node',
  transform: { '^.+\\.[jt]s$': ['@swc/jest', swcOptions()] },
  // The OTLP exporter loads `http` by a dynamic import, which jest cannot do in what it has not transformed.
  transformIgnorePatterns: ['/node_modules/(?!@opentelemetry/otlp-exporter-base/)'],
  moduleNameMapper: {
    ...Object.fromEntries(
      libraries.map((name) => [`^@jamie/${name}$`, `<rootDir>/libs/${name}/src/index.ts`]),
    ),
    // A dynamic import of our own names the built file.
    '^(\\./telemetry/sdk)\\.js$': '$1',
  },
};

const project = (displayName: string, suffix: string): Config => ({
  ...shared,
  displayName,
  testRegex: `\\.${suffix}\\.ts$`,
});

const config: Config = {
  projects: [
    project('unit', 'spec'),
    project('integration', 'int-spec'),
    project('e2e', 'e2e-spec'),
    project('operations', 'ops-spec'),
    project('chaos', 'chaos-spec'),
    project('long', 'long-spec'),
  ],
  // For a machine that is busy with other things; whoever waits for what never comes is ended.
  testTimeout: 60_000,
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
