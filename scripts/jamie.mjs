#!/usr/bin/env node
// `npx jamie`: the command line, from a bare clone as well.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { prepare, root } from './prepare.mjs';

prepare();
createRequire(import.meta.url)(join(root, 'dist/apps/jamie/src/cli/main.js'));
