/**
 * The English stemmer Porter2, by its published description: https://snowballstem.org/algorithms/english/stemmer.html
 * Takes lower-case words without apostrophes (the description's step 0 is left out). `Y` marks a `y` that is a consonant.
 */
export function stem(word: string): string {
  const fixed = exceptions.get(word);
  if (fixed !== undefined || word.length < 3) return fixed ?? word;
  const marked = word.replace(consonantY, '$1Y');
  const regions = regionsOf(marked);
  const inflected = step1c(step1b(step1a(marked), regions));
  const derived = step4(step3(step2(inflected, regions), regions), regions);
  return step5(derived, regions).toLowerCase();
}

/** Where the regions R1 and R2 of a word begin. */
interface Regions {
  readonly r1: number;
  readonly r2: number;
}

const exceptions = new Map([
  ['skis', 'ski'],
  ['skies', 'sky'],
  ['idly', 'idl'],
  ['gently', 'gentl'],
  ['ugly', 'ugli'],
  ['early', 'earli'],
  ['only', 'onli'],
  ['singly', 'singl'],
  ...['sky', 'news', 'howe', 'atlas', 'cosmos', 'bias', 'andes'].map((word): [string, string] => [
    word,
    word,
  ]),
]);

const consonantY = /(^|[aeiouy])y/g;
const vowel = /[aeiouy]/;
const fixedR1 = /^(?:gener|commun|arsen|past|univers|later|emerg|organ|inter)/;
const shortSyllable = /(?:[^aeiouy][aeiouy][^aeiouywxY]|^[aeiouy][^aeiouy]|past)$/;

function regionsOf(word: string): Regions {
  const r1 = fixedR1.exec(word)?.[0].length ?? regionAfter(word, 0);
  return { r1, r2: regionAfter(word, r1) };
}

/** The region after the first non-vowel that follows a vowel. */
function regionAfter(word: string, start: number): number {
  const found = /[aeiouy][^aeiouy]/.exec(word.slice(start));
  return found === null ? word.length : start + found.index + 2;
}

function step1a(word: string): string {
  if (word.endsWith('sses')) return word.slice(0, -2);
  if (/ie[sd]$/.test(word)) return word.slice(0, word.length > 4 ? -2 : -1);
  if (/(?:us|ss)$/.test(word)) return word;
  return word.endsWith('s') && vowel.test(word.slice(0, -2)) ? word.slice(0, -1) : word;
}

function step1b(word: string, { r1 }: Regions): string {
  const keptE = /eed(?:ly)?$/.exec(word);
  if (keptE !== null) {
    const exempt = /^(?:succ|proc|exc)eed/.test(word);
    return keptE.index >= r1 && !exempt ? word.slice(0, keptE.index + 2) : word;
  }
  if (/^(?:inn|out|cann|herr|earr|even)ing$/.test(word)) return word;
  if (/^[^aeiouy]ying$/.test(word)) return `${word.slice(0, 1)}ie`;
  const ending = /(?:ed|ing)(?:ly)?$/.exec(word);
  if (ending === null || !vowel.test(word.slice(0, ending.index))) return word;
  return repaired(word.slice(0, ending.index), r1);
}

/** Gives a word that lost `ed` or `ing` its `e` back, or takes its double consonant away. */
function repaired(word: string, r1: number): string {
  if (/(?:at|bl|iz)$/.test(word)) return `${word}e`;
  if (/(?:bb|dd|ff|gg|mm|nn|pp|rr|tt)$/.test(word)) return /^[aeo]..$/.test(word) ? word : word.slice(0, -1);
  return r1 >= word.length && shortSyllable.test(word) ? `${word}e` : word;
}

function step1c(word: string): string {
  return /.[^aeiouy][yY]$/.test(word) ? `${word.slice(0, -1)}i` : word;
}

const derivations = new Map([
  ...pairs('ization izer', 'ize'),
  ...pairs('ational ation ator', 'ate'),
  ...pairs('alism aliti alli', 'al'),
  ...pairs('fulness fulli', 'ful'),
  ...pairs('ousli ousness', 'ous'),
  ...pairs('iveness iviti', 'ive'),
  ...pairs('biliti bli', 'ble'),
  ...pairs('tional', 'tion'),
  ...pairs('enci', 'ence'),
  ...pairs('anci', 'ance'),
  ...pairs('abli', 'able'),
  ...pairs('entli', 'ent'),
  ...pairs('ogist', 'og'),
  ...pairs('lessli', 'less'),
]);

function step2(word: string, { r1 }: Regions): string {
  const suffix = longestSuffix(word, derivations);
  if (suffix !== undefined) return replaceIn(word, suffix, { region: r1, by: derivations.get(suffix) ?? '' });
  if (word.endsWith('logi')) return replaceIn(word, 'ogi', { region: r1, by: 'og' });
  return /[cdeghkmnrt]li$/.test(word) ? replaceIn(word, 'li', { region: r1, by: '' }) : word;
}

const endings = new Map([
  ...pairs('ational', 'ate'),
  ...pairs('tional', 'tion'),
  ...pairs('alize', 'al'),
  ...pairs('icate iciti ical', 'ic'),
  ...pairs('ful ness', ''),
]);

function step3(word: string, { r1, r2 }: Regions): string {
  if (word.endsWith('ative')) return replaceIn(word, 'ative', { region: Math.max(r1, r2), by: '' });
  const suffix = longestSuffix(word, endings);
  return suffix === undefined ? word : replaceIn(word, suffix, { region: r1, by: endings.get(suffix) ?? '' });
}

const removable = /(?:ement|ment|ent|ance|ence|able|ible|ant|ate|ive|ize|iti|ism|ous|ion|al|er|ic)$/;

function step4(word: string, { r2 }: Regions): string {
  const found = removable.exec(word);
  if (found === null || found.index < r2) return word;
  return found[0] === 'ion' && !/[st]ion$/.test(word) ? word : word.slice(0, found.index);
}

function step5(word: string, { r1, r2 }: Regions): string {
  const rest = word.slice(0, -1);
  const inR1 = rest.length >= r1;
  const inR2 = rest.length >= r2;
  if (word.endsWith('e')) return inR2 || (inR1 && !shortSyllable.test(rest)) ? rest : word;
  return word.endsWith('ll') && inR2 ? rest : word;
}

function pairs(suffixes: string, replacement: string): readonly [string, string][] {
  return suffixes.split(' ').map((suffix) => [suffix, replacement]);
}

function longestSuffix(word: string, suffixes: ReadonlyMap<string, string>): string | undefined {
  for (let length = Math.min(7, word.length); length > 1; length -= 1) {
    const suffix = word.slice(-length);
    if (suffixes.has(suffix)) return suffix;
  }
  return undefined;
}

function replaceIn(
  word: string,
  suffix: string,
  to: { readonly region: number; readonly by: string },
): string {
  const start = word.length - suffix.length;
  return start >= to.region ? word.slice(0, start) + to.by : word;
}
