import type { Feedback } from '@jamie/core';
import type { Json } from '../fields';

const feedbackAction = 'jamie_feedback';

/** https://docs.slack.dev/reference/block-kit/block-elements/feedback-buttons-element */
export function feedbackBlocks(answerId: string): readonly Json[] {
  const button = (text: string, verdict: string, label: string): Json => ({
    text: { type: 'plain_text', text },
    value: `${verdict}:${answerId}`,
    accessibility_label: label,
  });
  return [
    {
      type: 'context_actions',
      elements: [
        {
          type: 'feedback_buttons',
          action_id: feedbackAction,
          positive_button: button('Good answer', 'good', 'This answer helped'),
          negative_button: button('Bad answer', 'bad', 'This answer did not help'),
        },
      ],
    },
  ];
}

/** Undefined for a value that no button of ours has. */
export function readFeedback(value: string): Feedback | undefined {
  const [, verdict, answerId] = /^(good|bad):([\w-]{1,64})$/.exec(value) ?? [];
  if ((verdict !== 'good' && verdict !== 'bad') || answerId === undefined) return undefined;
  return { verdict, answerId };
}
