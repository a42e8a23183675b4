import { buildPrompt, systemPrompt } from './prompt';

const passage = (text: string) => ({ title: 'T', path: 't.md', heading: 'H', text });
const characters = (messages: readonly { content: string }[]): number =>
  messages.reduce((sum, { content }) => sum + content.length, 0);

describe('building the prompt', () => {
  it('starts with the same bytes whatever is asked, so that the prompt cache holds', () => {
    const build = (message: string) =>
      buildPrompt({
        question: { message, surface: 'rest' },
        history: [],
        passages: [],
        budgetCharacters: 20_000,
      });
    expect(build('one').messages[0]).toEqual({ role: 'system', content: systemPrompt });
    expect(build('two').messages[0]).toEqual(build('one').messages[0]);
  });

  it('stays within its budget, whatever comes in', () => {
    const history = Array.from(
      { length: 50 },
      (_, at) => ({ role: 'user', text: `${at} `.repeat(400) }) as const,
    );
    const { messages } = buildPrompt({
      question: { message: 'm'.repeat(8000), surface: 'rest', context: 'c'.repeat(16_000) },
      history,
      passages: Array.from({ length: 8 }, () => passage('p'.repeat(3000))),
      budgetCharacters: 19_000,
    });
    expect(characters(messages)).toBeLessThanOrEqual(19_000);
  });

  it('drops the oldest turns first', () => {
    const history = ['oldest', 'middle', 'newest'].map(
      (text) => ({ role: 'user', text: text.padEnd(3000, '.') }) as const,
    );
    const budgetCharacters = systemPrompt.length + 400 + 1 + 6500;
    const { messages } = buildPrompt({
      question: { message: '?', surface: 'rest' },
      history,
      passages: [],
      budgetCharacters,
    });
    expect(messages.map(({ content }) => content.slice(0, 6))).toEqual([
      'You ar',
      'middle',
      'newest',
      'No run',
    ]);
  });

  it('keeps beginning and end of a context that is too long, and says how much is left out', () => {
    const context = `BEGIN${'x'.repeat(20_000)}END`;
    const { messages } = buildPrompt({
      question: { message: '?', surface: 'rest', context },
      history: [],
      passages: [],
      budgetCharacters: 10_000,
    });
    expect(messages.at(-1)?.content).toMatch(/BEGINx+\n\[… \d+ characters left out …\]\nx+END/);
  });

  it('numbers only the passages that fit', () => {
    const passages = [passage('a'.repeat(2000)), passage('b'.repeat(9000))];
    const prompt = buildPrompt({
      question: { message: '?', surface: 'rest' },
      history: [],
      passages,
      budgetCharacters: 9000,
    });
    expect(prompt.passages).toHaveLength(1);
    expect(prompt.messages.at(-1)?.content).not.toContain('[2]');
  });
});
