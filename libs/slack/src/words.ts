/** Every sentence that Jamie says in Slack by itself. Markdown. */
export const restarting = 'I am being restarted. Please ask again in a minute.';

export const interrupted = 'I was restarted in the middle of this and could not finish. Please ask again.';

export const stopped = '*Stopped.*';

export const help = [
  'Ask me about an alert, a symptom or a runbook, for example: *KubePodCrashLooping is firing, what do I do?*',
  'Mention me in a channel, write to me directly, or use `/ask-jamie question`. In a thread that I take part in you need not mention me.',
].join('\n');

export const emptyShortcut = 'There is no text in this message that I could look into.';

export const commandReceived = 'Looking into it. My answer will stand here, visible to you alone.';

export function unexpectedFailure(askId: string): string {
  return `Something went wrong inside me, and I have no answer. The log has the cause under \`${askId}\`.`;
}

export const restFollows = '*The rest of this answer is in the file below.*';

/** Slack's word for why nothing can be said where the question was asked. */
export function answeredElsewhere(channelId: string, code: string): string {
  const where = `<#${channelId}>`;
  if (code === 'not_in_channel' || code === 'channel_not_found') {
    return `I am not a member of ${where}, so I answer here. To have me answer there, type \`/invite @Jamie\` in it.`;
  }
  if (code === 'is_archived') return `${where} is archived, so I answer here.`;
  if (code.startsWith('restricted_action')) return `I may not post in ${where}, so I answer here.`;
  return `Your message in ${where} cannot be replied to any more, so I answer here.`;
}

export const commandFailed = 'This question was ended before it was answered.';

export const restInDirectMessage = '*The rest of this answer is in our direct messages, as a file.*';

export const answerInFile =
  'Slack did not confirm that all of my answer to `/ask-jamie` reached you. Here it is as a whole.';

/** Undefined: nothing is said, not even no. */
export function refusalSentence(reason: string): string | undefined {
  return refusalSentences[reason];
}

const refusalSentences: Readonly<Record<string, string>> = {
  stranger: 'I answer only people of the workspace in which I am installed. Please ask somebody there.',
  guest: 'I do not answer guests of this workspace. Please ask a member of the team.',
  shared_channel:
    'This channel is shared with another organisation, so I do not answer here. Ask me in a direct message.',
  unknown_channel:
    'I could not find out whether this channel is shared with another organisation, so I do not answer here. If this goes on, the app may lack the permission `channels:read`, `groups:read` or `mpim:read`.',
  unknown_person:
    'I could not find out who you are, so I do not answer. If this goes on, the app may lack the permission `users:read`.',
};
