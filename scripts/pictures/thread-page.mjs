// Draws messages as a page of its own. It is no copy of Slack's own look, and the page says what it is.
import { marked } from 'marked';

const names = { onCall: 'on-call', engineer: 'engineer', jamie: 'Jamie' };

const style = `
  :root { color-scheme: light dark; font: 15px/1.5 Inter, system-ui, sans-serif; }
  body { margin: 0; padding: 20px 24px; background: light-dark(#fff, #16181d); color: light-dark(#1c1f26, #e4e6eb); }
  header { font-weight: 650; padding-bottom: 12px; border-bottom: 1px solid light-dark(#dfe2e8, #31353f); }
  header small, .app, footer { color: light-dark(#5c6370, #9aa1ae); font-weight: 400; }
  article { display: grid; grid-template-columns: 36px 1fr; gap: 0 12px; padding-top: 16px; }
  .avatar { width: 36px; height: 36px; border-radius: 8px; display: grid; place-items: center; color: #fff; font-weight: 650; }
  .who { font-weight: 650; }
  .app { font-size: 11px; border: 1px solid; border-radius: 4px; padding: 0 4px; margin-left: 6px; }
  .body > * { margin: 4px 0 8px; }
  .body ol, .body ul { padding-left: 24px; }
  .mention { background: light-dark(#e3ecfb, #243454); color: light-dark(#1b56b3, #8fb6f7); border-radius: 4px; padding: 1px 3px; }
  code { font: 13px/1.5 'JetBrains Mono', monospace; font-variant-ligatures: none; background: light-dark(#f1f3f6, #23262e); border-radius: 4px; padding: 1px 4px; }
  pre { background: light-dark(#f1f3f6, #23262e); border-radius: 6px; padding: 8px 12px; }
  pre code { padding: 0; }
  table { border-collapse: collapse; }
  th, td { text-align: left; padding: 4px 12px; border: 1px solid light-dark(#dfe2e8, #31353f); }
  .buttons { display: flex; gap: 8px; }
  .buttons span { border: 1px solid light-dark(#c6cbd4, #434855); border-radius: 6px; padding: 2px 10px; font-size: 13px; }
  footer { font-size: 12px; margin-top: 16px; padding-top: 10px; border-top: 1px solid light-dark(#dfe2e8, #31353f); }
`;

/** The whole page; throws for what it cannot draw, so that no part of a message is left out unseen. */
export function threadPage(channel, lines) {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>A thread</title><style>${style}</style>
    <header>Thread <small>#${escaped(channel)}</small></header>
    ${lines.map(article).join('')}
    <footer>Drawn from the messages that Jamie sent to the tests’ stand-in for Slack. Slack itself shows them in its own look.</footer>`;
}

function article({ author, text, blocks, files }) {
  if (files.length > 0) throw new Error('Files are not drawn.');
  const name = names[author] ?? author;
  const isApp = author === 'jamie';
  const colour = isApp ? '#2f6f5e' : author === 'onCall' ? '#8a5a2b' : '#4a5a8a';
  const content = blocks.length > 0 ? blocks.map(block).join('') : `<p>${plain(text)}</p>`;
  return `<article><div class="avatar" style="background:${colour}">${escaped(name[0].toUpperCase())}</div>
    <div class="body"><div class="who">${escaped(name)}${isApp ? '<span class="app">APP</span>' : ''}</div>${content}</div></article>`;
}

function block({ type, text, elements }) {
  if (type === 'markdown') return marked.parse(text, { async: false });
  if (type === 'context_actions') return `<div class="buttons">${elements.map(buttons).join('')}</div>`;
  throw new Error(`Blocks of type ${type} are not drawn.`);
}

function buttons({ type, positive_button: good, negative_button: bad }) {
  if (type !== 'feedback_buttons') throw new Error(`Elements of type ${type} are not drawn.`);
  return [good, bad].map((button) => `<span>${escaped(button.text.text)}</span>`).join('');
}

function plain(text) {
  return escaped(text).replaceAll('&lt;@U0JAMIE&gt;', '<span class="mention">@Jamie</span>');
}

function escaped(text) {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
