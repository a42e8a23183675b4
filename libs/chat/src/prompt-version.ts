import { createHash } from 'node:crypto';
import { systemPrompt } from './prompt';

/** Changes exactly when the system prompt does. */
export const promptVersion = createHash('sha256').update(systemPrompt).digest('hex').slice(0, 8);
