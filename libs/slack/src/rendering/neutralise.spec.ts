import { array, assert, constantFrom, integer, oneof, property, string } from 'fast-check';
import { LinkPolicy } from './link-policy';
import { neutralise, neutraliseSoFar } from './neutralise';

const links = new LinkPolicy(['grafana.example.com']);
const shown = (markdown: string): string => neutralise(markdown, links);
/** As a person sees it: characters of no width are not seen, entities are decoded. */
const seen = (markdown: string): string =>
  shown(markdown).replaceAll('\u200b', '').replaceAll('&lt;', '<').replaceAll('&amp;', '&');

const pieces = [
  '<!channel>',
  '<!here|here>',
  '<@U0ONCALL>',
  '<#C0OPS|ops>',
  '<!subteam^S1|sre>',
  '&lt;!channel&gt;',
  '&#60;@U1>',
  '@channel',
  '@here',
  '@everyone',
  '<',
  '>',
  '!',
  '[',
  ']',
  '(',
  ')',
  '`',
  '``',
  '```',
  '~~~',
  '\n',
  '\r',
  ' ',
  '|',

  'https://evil.example/x?q=s',
  'https://grafana.example.com/d/1',
  '<https://evil.example|click>',
  'www.evil.example',
  '![chart](https://evil.example/x.png)',
  '[docs](https://grafana.example.com/d/1)',
  '[x](javascript:alert(1))',

  'evil.example/steal?k=v',
  '[ref]: https://evil.example/x',
  '[a][ref]',
  '<br>',
  '<pod>',
  'kubectl get pods',
  '- ',
  '> ',
  '1. ',
  '# ',
  '**',
  '\u202e',
  '\u0000',
  '\u200b',
  '&',
  'é',
  '👩‍🚒',
  'http',
  '://',
  '"',
  "'",
];
const markdown = array(oneof(constantFrom(...pieces), string({ maxLength: 6 })), { maxLength: 14 }).map(
  (all) => all.join(''),
);

/** What Slack acts on, by docs.slack.dev/messaging/formatting-message-text. */
const active = /<[!@#]|&(lt|#60|#x3c);?[!@#]|@(channel|here|everyone|group)\b/i;

/** Addresses outside of code, which a client may turn into links. */
function linkable(text: string): string[] {
  const withoutBlocks = text.replace(
    /^[\s>]*(?:[-*+]|\d+[.)])?[\s>]*(`{3,})[^\n]*\n[\s\S]*?(?:^[\s>]*(?:[-*+]|\d+[.)])?[\s>]*\1`*[ \t]*$|$(?![\s\S]))/gm,
    '',
  );
  const withoutCode = withoutBlocks.replace(/(`+)(?!`)([^\n]*?[^`])\1(?!`)/g, '');
  return withoutCode.match(/(?:https?:\/\/|www\.)\w[^\s<>)|&]*/gi) ?? [];
}

describe('neutralise', () => {
  it.each([
    ['ERROR <!channel> disk full', 'ERROR <!channel> disk full'],
    ['ask <@U0ONCALL> and <!subteam^S1|sre>', 'ask <@U0ONCALL> and <!subteam^S1|sre>'],
    ['kubectl delete pod <pod> -n <namespace>', 'kubectl delete pod <pod> -n <namespace>'],
    ['if a < b && c > d', 'if a < b && c > d'],
    ['> quoted', '> quoted'],
    ['cell<br>next', 'cell next'],
  ])('shows %j as %j', (given, expected) => {
    expect(seen(given)).toBe(expected);
    expect(shown(given)).not.toMatch(active);
  });

  it('leaves code as it is, but for what pings', () => {
    const code = '```sh\ngrep -E "a<b" log.txt > out && curl http://localhost:9090/metrics\n```';
    expect(shown(code)).toBe(code);
    expect(shown('`kubectl get <pod>`')).toBe('`kubectl get <pod>`');
    expect(shown('```\n<!channel> down\n```')).toBe('```\n<\u200b!channel> down\n```');
  });

  it('keeps links to allowed hosts and shows others as code, with their host', () => {
    expect(shown('[board](https://grafana.example.com/d/1)')).toBe(
      '[board](https://grafana.example.com/d/1)',
    );
    expect(shown('see https://grafana.example.com/d/1.')).toBe('see https://grafana.example.com/d/1.');
    expect(shown('[docs](https://evil.example/x?q=1)')).toBe('docs (`evil.example/x?q=1`)');
    expect(shown('see https://evil.example/x.')).toBe('see `evil.example/x`.');
    expect(shown('<https://evil.example/x|our docs>')).toBe('our docs (`evil.example/x`)');
    expect(shown('[x](https://grafana.example.com@evil.example/)')).toContain('`');
    expect(shown('https://grafana.example.com/d/1&www.evil.example ')).toBe(
      '`grafana.example.com/d/1&www.evil.example` ',
    );
    expect(shown('https://grafana.example.com/d/1?from=now-1h&to=now')).toBe(
      'https://grafana.example.com/d/1?from=now-1h&to=now',
    );
    expect(shown('[local](../README.md)')).toBe('local');
  });

  it('shows no image', () => {
    expect(shown('![chart](https://evil.example/c.png?d=secret)')).toBe(
      'chart (`evil.example/c.png?d=secret`)',
    );
    expect(shown('![](https://grafana.example.com/c.png)')).toBe('[](https://grafana.example.com/c.png)');
  });

  it('has nothing left that pings, whatever it is given', () => {
    assert(
      property(markdown, (given) => {
        expect(shown(given)).not.toMatch(active);
      }),
      { numRuns: 2000 },
    );
  });

  it('leaves no address outside of code that is not allowed', () => {
    assert(
      property(markdown, (given) => {
        const strange = linkable(shown(given)).filter((address) => !links.allows(address));
        expect(strange).toEqual([]);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('neutraliseSoFar', () => {
  it('of a beginning is a beginning of the whole, wherever the text was cut', () => {
    assert(
      property(markdown, integer({ min: 0, max: 200 }), (given, cut) => {
        const soFar = neutraliseSoFar(given.slice(0, cut), links);
        expect(shown(given).startsWith(soFar)).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  it('never takes back what it has shown', () => {
    assert(
      property(markdown, (given) => {
        let before = '';
        for (let end = 0; end <= given.length; end += 1) {
          const now = neutraliseSoFar(given.slice(0, end), links);
          expect(now.startsWith(before)).toBe(true);
          before = now;
        }
      }),
      { numRuns: 500 },
    );
  });

  it('holds back a mention that came only half', () => {
    expect(neutraliseSoFar('paging <!chan', links)).toBe('paging ');
    expect(neutraliseSoFar('paging <!channel> now ', links)).toBe('paging &lt;\u200b!channel> now ');
  });

  it('goes on word by word', () => {
    expect(neutraliseSoFar('the disk of node-7 is fu', links)).toBe('the disk of node-7 is ');
  });
});
