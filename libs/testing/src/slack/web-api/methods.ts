import { assistantMethods } from './assistant';
import { chatMethods } from './chat';
import { conversationMethods } from './conversations';
import { fileMethods } from './files';
import type { Method } from './method';
import { peopleMethods } from './people';
import { reactionMethods } from './reactions';
import { streamMethods } from './streams';
import { viewMethods } from './views';

/** Every method that the stand-in knows, by name. */
export const methods: ReadonlyMap<string, Method> = new Map(
  [
    ...assistantMethods,
    ...chatMethods,
    ...conversationMethods,
    ...fileMethods,
    ...peopleMethods,
    ...reactionMethods,
    ...streamMethods,
    ...viewMethods,
  ].map((method) => [method.name, method]),
);

/** docs.slack.dev, changelog: gone or on their way out. */
export const deprecatedMethods: ReadonlySet<string> = new Set(['files.upload', 'rtm.start', 'rtm.connect']);
