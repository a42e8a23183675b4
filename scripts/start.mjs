// `npm start`: from a bare clone to a running Jamie.
import { createRequire } from 'node:module';
import { entry, prepare } from './prepare.mjs';

prepare();
process.env.WELCOME ||= 'true';
// In this process, so that signals reach Jamie itself.
createRequire(import.meta.url)(entry);
