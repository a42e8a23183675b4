import type { DependencyStatus } from '@jamie/core';
import { escaped } from '../delivery/message-content';
import type { Json } from '../fields';

export interface HomeFacts {
  readonly model: DependencyStatus;
  readonly modelName: string;
  readonly runbooks: number;
  readonly version: string;
}

const signs: Readonly<Record<DependencyStatus['state'], string>> = {
  up: ':large_green_circle:',
  down: ':red_circle:',
  unknown: ':white_circle:',
  off: ':white_circle:',
};

/** https://docs.slack.dev/surfaces/app-home */
export function homeView({ model, modelName, runbooks, version }: HomeFacts): Json {
  return {
    type: 'home',
    blocks: [
      header('Jamie answers questions about alerts and incidents'),
      section(
        "From your team's runbooks and a language model that runs on your own machines. Each answer names what it rests on; when the model is down, you get the best fitting runbook. Answers can be wrong: check before you change anything.",
      ),
      header('How to ask'),
      section(
        [
          '• Mention me in a channel: `@Jamie KubePodCrashLooping is firing, what do I do?` I answer in the thread.',
          '• In a thread that I take part in, just go on asking.',
          '• Write to me in the Messages tab.',
          '• `/ask-jamie question`: the answer is visible to you alone.',
          '• On an alert: More actions → *Ask Jamie about this*.',
        ].join('\n'),
      ),
      header('How I am'),
      section(
        [
          `${signs[model.state]} Model \`${escaped(modelName)}\`: ${escaped(model.detail)}`,
          `${runbooks > 0 ? signs.up : signs.down} ${runbooks} runbooks`,
          `Version ${escaped(version)}`,
        ].join('\n'),
      ),
    ],
  };
}

function header(text: string): Json {
  return { type: 'header', text: { type: 'plain_text', text } };
}

function section(text: string): Json {
  return { type: 'section', text: { type: 'mrkdwn', text, verbatim: true }, expand: true };
}
