import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../src/package-root';
import { configurationPage, envExample } from './settings-pages';

/** `npm run docs:settings`: writes what tells people of the settings. */
writeFileSync(join(packageRoot, '.env.example'), envExample());
writeFileSync(join(packageRoot, 'docs/configuration.md'), configurationPage());
