import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isJson, listOf, objectOf, textOf } from '../fields';
import { neededScopes } from '../transport/scopes';
import { SlackController } from './slack.controller';

const manifest: unknown = JSON.parse(
  readFileSync(join(__dirname, '../../../../slack/manifest.json'), 'utf8'),
);
const features = objectOf(manifest, 'features');
const settings = objectOf(manifest, 'settings');

/** What nestjs-slack-bolt's decorators have noted. */
function handled(kind: string): readonly string[] {
  const noted: unknown = Reflect.getMetadata(`slack:${kind}`, SlackController);
  return Array.isArray(noted) ? noted.filter(isJson).map(({ pattern }) => String(pattern)) : [];
}

describe('slack/manifest.json', () => {
  it('subscribes to the events that are handled, and to no other', () => {
    const subscribed = objectOf(settings, 'event_subscriptions')['bot_events'];
    const types = Array.isArray(subscribed) ? subscribed.map((name) => String(name).replace(/\..*/, '')) : [];
    // The older assistant view is another manifest's: an app has either.
    const expected = handled('event').filter((name) => name !== 'assistant_thread_started');
    expect([...new Set(types)].toSorted()).toEqual(expected.toSorted());
  });

  it('names the command and the shortcut that are handled', () => {
    expect(listOf(features, 'slash_commands').map((entry) => entry['command'])).toEqual(handled('command'));
    expect(listOf(features, 'shortcuts').map((entry) => entry['callback_id'])).toEqual(handled('shortcut'));
  });

  it('asks for the scopes that Jamie checks at its start', () => {
    expect(objectOf(objectOf(manifest, 'oauth_config'), 'scopes')).toEqual({ bot: neededScopes });
  });

  it('keeps to the lengths that Slack allows', () => {
    const display = objectOf(manifest, 'display_information');
    const texts: readonly (readonly [unknown, number])[] = [
      [textOf(display, 'name'), 35],
      [textOf(display, 'description'), 140],
      [textOf(display, 'long_description'), 4000],
      [objectOf(features, 'agent_view')['agent_description'], 300],
      ...listOf(features, 'shortcuts').map((entry) => [entry['name'], 24] as const),
      ...listOf(features, 'shortcuts').map((entry) => [entry['description'], 150] as const),
      ...listOf(features, 'slash_commands').map((entry) => [entry['command'], 32] as const),
    ];
    for (const [text, most] of texts) expect(String(text).length).toBeLessThanOrEqual(most);
    expect(String(textOf(display, 'long_description')).length).toBeGreaterThanOrEqual(175);
    expect(listOf(objectOf(features, 'agent_view'), 'suggested_prompts').length).toBeLessThanOrEqual(4);
  });
});
