const greeting =
  /^(hi|hello|hey|hallo|yo|good (morning|afternoon|evening|night)|thanks?|thank you|ping|test|help|start)\b/i;
const aboutJamie =
  /\b(who|what) are you\b|\bwhat (can|do) you do\b|\bhow (do|can) (i|we) (use|ask)\b|\byour name\b/i;
const longestGreetingWords = 6;

/** A greeting, thanks, or a question about Jamie itself: what the fixed introduction answers. */
export function isSmallTalk(message: string): boolean {
  if (aboutJamie.test(message)) return true;
  return greeting.test(message) && message.split(/\s+/).length <= longestGreetingWords;
}

const address =
  /^\W*(?:(?:hi|hello|hey|yo|good (?:morning|afternoon|evening)|thanks|thank you)\b[\s,!.]*(?:jamie\b)?|jamie\s*[,:!])[\s,!.:]*/i;
const addressAtEnd = /,?(?<!\s)\s+jamie\W*$/i;

/** What is asked, without the greeting and the name that it is addressed to: neither is a topic to search for. */
export function withoutAddress(message: string): string {
  const rest = message.replace(address, '');
  return rest === message ? rest.replace(addressAtEnd, '') : rest;
}

/** The short fixed introduction. */
export function introduction(runbooks: number): string {
  return [
    "I am Jamie, your team's assistant for incidents. Ask me about an alert or a symptom, for example:",
    '',
    '- KubePodCrashLooping is firing, what do I do?',
    '- the disk of a node is filling up',
    '- what does etcdNoLeader mean?',
    '',
    runbooks === 0
      ? 'I answer from a language model alone: no runbooks are loaded. RUNBOOKS_DIR names their folder.'
      : `I answer from ${runbooks} runbooks and a language model, and I name what each answer rests on.`,
  ].join('\n');
}
