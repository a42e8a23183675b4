import { RunningAsks, SlackObserver } from '@jamie/core';
import { MemoryClaims } from '@jamie/testing';
import { Logger } from '@nestjs/common';
import { Admission } from './admission';
import { Dispatcher } from './dispatcher';
import { SlackHealth } from './slack-health';

class AlwaysOpen extends RunningAsks {
  readonly accepting = true;

  begin(): { readonly ended: () => void } {
    return { ended: () => undefined };
  }
}

class Unheard extends SlackObserver {
  askFinished(): void {}
  apiCalled(): void {}
  rateLimitWaited(): void {}
  duplicateDelivery(): void {}
  refused(): void {}
  feedback(): void {}
  connectionChanged(): void {}
}

const options = {
  mode: 'socket',
  appToken: 'xapp-1',
  botToken: 'xoxb-1',
  apiUrl: 'http://127.0.0.1:1/api/',
  version: '1',
  linkHosts: [],
  allowGuests: false,
  allowExternal: false,
  stateDirectory: '',
} as const;

const mention = {
  type: 'event_callback',
  event_id: 'Ev1',
  team_id: 'T1',
  authorizations: [{ team_id: 'T1', user_id: 'UJAMIE' }],
  event: { type: 'app_mention', user: 'U1', channel: 'C1', ts: '1.2', text: '<@UJAMIE> hm?' },
};

it('works on when Slack could not be told of a delivery, and lets no repetition in', async () => {
  Logger.overrideLogger(false);
  const observer = new Unheard();
  const admission = new Admission(new MemoryClaims(), observer, new SlackHealth(options, observer));
  const dispatcher = new Dispatcher(admission, new AlwaysOpen());
  const worked: unknown[] = [];
  // All that is used of Bolt.
  const app = {
    processEvent: async (event: { body: unknown; ack: () => Promise<void> }) => {
      await event.ack();
      worked.push(event.body);
    },
  };
  Reflect.apply(dispatcher.serve, dispatcher, [app]);
  const acknowledge = (): Promise<void> => Promise.reject(new Error('the client is not ready'));
  await dispatcher.dispatch({ body: mention, acknowledge });
  expect(worked).toEqual([mention]);
  const told: unknown[] = [];
  await dispatcher.dispatch({ body: mention, acknowledge: (answer) => void told.push(answer) });
  expect([worked.length, told]).toEqual([1, [undefined]]);
});
