import 'reflect-metadata';
import { existsSync } from 'node:fs';
import { ConfigError, loadConfig } from './config/config';
import { ListenError, assertFree } from './http/listen';

async function main(): Promise<void> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const config = loadConfig(process.env);
  await assertFree('PORT', config.PORT, config.HOST);
  await assertFree('METRICS_PORT', config.METRICS_PORT, config.HOST);
  // Loaded only now: a wrong setting is reported before the framework is read from disk.
  const { startJamie } = await import('./jamie.js');
  const { welcome } = await import('./welcome.js');
  const jamie = await startJamie(config);
  let stopping = false;
  const stop = (): void => {
    if (stopping) process.exit(1);
    stopping = true;
    void jamie.close().then(() => process.exit(0));
  };
  process.on('SIGTERM', stop).on('SIGINT', stop);
  if (config.WELCOME) process.stdout.write(await welcome(jamie, config));
}

main().catch((thrown: unknown) => {
  const known = thrown instanceof ConfigError || thrown instanceof ListenError;
  process.stderr.write(
    `${known ? thrown.message : String(thrown instanceof Error ? thrown.stack : thrown)}\n`,
  );
  process.exit(1);
});
