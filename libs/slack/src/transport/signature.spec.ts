import { createHmac } from 'node:crypto';
import { ReplayGuard, signatureProblem } from './signature';

const secret = 'a secret';
const nowMs = 1_700_000_000_000;
const body = Buffer.from('{"type":"event_callback"}');

function signed(ageSeconds: number, over: Buffer = body) {
  const timestamp = String(nowMs / 1000 - ageSeconds);
  const signature = `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:`).update(over).digest('hex')}`;
  return { signature, timestamp, body };
}

describe('the signature of a request', () => {
  it.each([0, 300, -300])('is good when it is %i seconds old', (ageSeconds) => {
    expect(signatureProblem(signed(ageSeconds), secret, nowMs)).toBeUndefined();
  });

  it.each([
    [301, 'stale'],
    [-301, 'future'],
  ])('is refused when it is %i seconds old: %s', (ageSeconds, problem) => {
    expect(signatureProblem(signed(ageSeconds), secret, nowMs)).toBe(problem);
  });

  it('is refused when it is of another body, of another secret, cut short, or missing', () => {
    const good = signed(0);
    const { signature, timestamp } = good;
    const problems = [
      signatureProblem(signed(0, Buffer.from('{}')), secret, nowMs),
      signatureProblem(good, 'another secret', nowMs),
      signatureProblem({ ...good, signature: signature.slice(0, -1) }, secret, nowMs),
      signatureProblem({ signature, timestamp: `${timestamp}.0`, body }, secret, nowMs),
      signatureProblem({ signature: undefined, timestamp, body }, secret, nowMs),
    ];
    expect(problems).toEqual([
      'bad_signature',
      'bad_signature',
      'bad_signature',
      'bad_signature',
      'missing_signature',
    ]);
  });
});

describe('a request that comes again', () => {
  const timestamp = String(Math.floor(Date.now() / 1000));

  it('is a replay, but for an event within the second of its signing', () => {
    const guard = new ReplayGuard();
    const [one, two] = [signed(1).signature, signed(2).signature];
    expect(guard.isReplay(one, { timestamp, repeatable: false })).toBe(false);
    expect(guard.isReplay(one, { timestamp, repeatable: false })).toBe(true);
    expect(guard.isReplay(two, { timestamp, repeatable: true })).toBe(false);
    expect(guard.isReplay(two, { timestamp, repeatable: true })).toBe(false);
    const late = { timestamp: String(Number(timestamp) - 60), repeatable: true };
    expect(guard.isReplay(two, late)).toBe(true);
  });
});
