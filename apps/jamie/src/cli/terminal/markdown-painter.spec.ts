import { array, assert, constantFrom, nat, property, string, tuple } from 'fast-check';
import { MarkdownPainter } from './markdown-painter';

const escape = '\u001b[';
// oxlint-disable-next-line no-control-regex
const codes = /\u001b\[(\d+m)/g;

function painted(...pieces: readonly string[]): string {
  const painter = new MarkdownPainter();
  return [...pieces.map((piece) => painter.write(piece)), painter.end()].join('');
}

/** Escape sequences by readable names. */
function readable(...pieces: readonly string[]): string {
  const names: Readonly<Record<string, string>> = {
    '1m': '<b>',
    '22m': '</>',
    '36m': '<c>',
    '39m': '</c>',
    '2m': '<dim>',
  };
  return painted(...pieces).replaceAll(codes, (_, code: string) => names[code] ?? '?');
}

describe('painting Markdown', () => {
  it.each([
    ['plain text\n', 'plain text\n'],
    ['a **bold** word', 'a <b>bold</> word'],
    ['use `kubectl get pods` now', 'use <c>kubectl get pods</c> now'],
    ['``a ` b``', '<c>a ` b</c>'],
    ['## Diagnosis\ntext', '<b>Diagnosis</>\ntext'],
    ['# A **b** c\n', '<b>A b c</>\n'],
    ['#hashtag', '#hashtag'],
    ['* one\n* two', '* one\n* two'],
    ['2 ** 3 and a*b', '2 ** 3 and a*b'],
    ['a \\*star\\* and C:\\logs', 'a *star* and C:\\logs'],
    ['snake_case __init__', 'snake_case __init__'],
    ['`a\nb', '<c>a</c>\nb'],
    ['**a\nb', '<b>a</>\nb'],
    ['```bash\nls **x**\n```\nend', '<dim>```bash</>\n<c>ls **x**</c>\n<dim>```</>\nend'],
    ['~~~\n```\n~~~\n`x`', '<dim>~~~</>\n<c>```</c>\n<dim>~~~</>\n<c>x</c>'],
    ['```\nnever closed', '<dim>```</>\n<c>never closed</c>'],
  ])('%j becomes %j', (markdown, expected) => {
    expect(readable(markdown)).toBe(expected);
  });

  it('shows text at once, and holds back only what may still become a mark', () => {
    const painter = new MarkdownPainter();
    expect(painter.write('The disk')).toBe('The disk');
    expect(painter.write(' is *')).toBe(' is ');
    expect(painter.write('*full')).toBe(`${escape}1mfull`);
    expect(painter.end()).toBe(`${escape}22m`);
  });

  it('lets no escape sequence of the answer through', () => {
    expect(painted('a\u001b]52;c;aGk=\u0007b\u009b31mc\rd\u202ee')).toBe('a]52;c;aGk=b31mcde');
  });

  it('is the same however the text is cut', () => {
    const marks = constantFrom(
      '`',
      '```',
      '**',
      '*',
      '\\',
      '\n',
      '# ',
      '## ',
      '~~~',
      ' ',
      'a',
      'word',
      '    ',
    );
    const text = array(marks.chain((mark) => constantFrom(mark, `${mark}\n`))).map((parts) => parts.join(''));
    assert(
      property(tuple(text, array(nat({ max: 80 })), string()), ([start, cuts, end]) => {
        const whole = start + end;
        const at = [0, ...cuts.filter((cut) => cut < whole.length).sort((a, b) => a - b), whole.length];
        const pieces = at.slice(1).map((stop, index) => whole.slice(at[index], stop));
        expect(painted(...pieces)).toBe(painted(whole));
      }),
    );
  });

  it('leaves no style on behind it', () => {
    const marks = constantFrom('`', '```\n', '**', '*', '\n', '# ', 'a ');
    assert(
      property(array(marks), (parts) => {
        let on = 0;
        for (const [, code] of painted(parts.join('')).matchAll(codes))
          on = code === '22m' || code === '39m' ? 0 : on + 1;
        expect(on).toBe(0);
      }),
    );
  });
});
