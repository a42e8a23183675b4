import { parseBaseUrl } from './base-url';

it.each([
  ['http://localhost:11434', 'http://localhost:11434'],
  ['http://localhost:11434/', 'http://localhost:11434'],
  ['http://localhost:11434/api', 'http://localhost:11434'],
  ['http://localhost:11434/v1/', 'http://localhost:11434'],
  ['http://localhost:11434//api//', 'http://localhost:11434'],
  ['https://gateway.example/llm/ollama/v1', 'https://gateway.example/llm/ollama'],
  ['https://gateway.example/apis', 'https://gateway.example/apis'],
  ['localhost:11434', 'http://localhost:11434'],
  ['  ollama.default.svc:11434 ', 'http://ollama.default.svc:11434'],
  ['http://[::1]:11434/?x=1#y', 'http://[::1]:11434'],
  ['HTTP://Ollama:80', 'http://ollama'],
])('reads %s as %s', (text, root) => {
  expect(parseBaseUrl(text)).toEqual({ root, secure: root.startsWith('https'), authorization: undefined });
});

it('takes user and password out of the address, decoded', () => {
  const { root, authorization } = parseBaseUrl('https://jamie:p%40ss%3A%C3%BC@host/x');
  expect([root, authorization]).toEqual([
    'https://host/x',
    `Basic ${Buffer.from('jamie:p@ss:ü').toString('base64')}`,
  ]);
});

it('takes a percent sign that escapes nothing as it is', () => {
  expect(parseBaseUrl('http://u:100%@host').authorization).toBe(
    `Basic ${Buffer.from('u:100%').toString('base64')}`,
  );
});

it.each(['', 'ftp://host', 'http://', 'http://u:geheim@ho st'])('refuses %j without repeating it', (text) => {
  expect(() => parseBaseUrl(text)).toThrow(
    /must be an http or https URL, such as http:\/\/localhost:11434\.$/,
  );
});
