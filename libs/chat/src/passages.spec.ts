import { shorten } from './passages';

describe('shortening a passage', () => {
  it('leaves a short text as it is', () => {
    expect(shorten('one\ntwo', 100)).toBe('one\ntwo');
  });

  it('cuts at the end of a line and says so', () => {
    expect(shorten('first line\nsecond line', 15)).toBe('first line\n\n[…]');
  });

  it('closes a code fence that the cut left open', () => {
    const text = `see:\n\`\`\`bash\n${'kubectl get pods\n'.repeat(20)}\`\`\``;
    expect(shorten(text, 100).match(/```/g)).toHaveLength(2);
  });
});
