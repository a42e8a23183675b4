import { run } from './command-line';

// What it makes of feedback stands in feedback.e2e-spec.ts.
describe('jamie eval export says what is wrong, and what to do', () => {
  it.each([
    [[], 2, /^jamie eval export: Name the file, or set FEEDBACK_FILE\. See jamie eval export --help\.\n$/],
    [['one', 'two'], 2, /^jamie eval export: One file at a time\. See /],
    [['--frob'], 2, /^jamie eval export: Unknown option '--frob'\. See /],
    [
      ['/nowhere'],
      1,
      /^jamie eval export: There is no file \/nowhere\. Jamie writes it at the first feedback/,
    ],
    [[__dirname], 1, /^jamie eval export: \S+ cannot be read \(EISDIR\)\.\n$/],
  ] as const)('%j', async (args, code, sentence) => {
    const ran = await run(['eval', 'export', ...args]);
    expect(ran).toEqual({ code, out: '', err: expect.stringMatching(sentence) });
  });
});
