import * as fc from 'fast-check';
import { partsOf, termsOf } from './words';

const textsOf = (text: string): readonly string[] => termsOf(text).map((term) => term.text);

describe('the words of a text', () => {
  it('are compared by their stems', () => {
    expect(textsOf('Pods crashing, restarted')).toEqual(textsOf('pod crashes; restarting'));
  });

  it('leave out what says nothing', () => {
    expect(textsOf('What is the matter with this?')).toEqual(['matter']);
  });

  it('keep what matters in operations', () => {
    expect(textsOf('down high low off out full under')).toHaveLength(7);
  });

  it('of an identifier are its parts and itself in one piece', () => {
    expect(termsOf('KubePodCrashLooping').map(({ word, compound }) => [word, compound])).toEqual([
      ['kubepodcrashlooping', true],
      ['kube', false],
      ['pod', false],
      ['crash', false],
      ['looping', false],
    ]);
  });

  it.each([
    ['etcdNoLeader', ['etcd', 'No', 'Leader']],
    ['CPUThrottlingHigh', ['CPU', 'Throttling', 'High']],
    ['PrometheusTSDBCompactionsFailing', ['Prometheus', 'TSDB', 'Compactions', 'Failing']],
    ['CrashLoopBackOff', ['Crash', 'Loop', 'Back', 'Off']],
    ['OOMKilled', ['OOM', 'Killed']],
    ['disk_wal_fsync', ['disk', 'wal', 'fsync']],
    ['TSDB', ['TSDB']],
    ['PVCs', ['PVCs']],
    ['40P01', ['40P01']],
    ['k8s', ['k8s']],
    ["node's", ['node']],
  ])('splits %s at capitals, digits and underscores', (word, expected) => {
    expect(partsOf(word)).toEqual(expected);
  });

  it('count the parts of an identifier as words, so that neighbours are known', () => {
    expect(termsOf('NodeReady now flapping').map(({ position }) => position)).toEqual([0, 0, 1, 3]);
  });

  it('join the plural of an acronym with its singular', () => {
    expect(textsOf('PVCs')).toEqual(textsOf('pvc'));
  });

  it('join British and American spelling', () => {
    expect(textsOf('synchronised')).toEqual(textsOf('synchronizing'));
  });

  it('join letters with and without accents', () => {
    expect(textsOf('Señal naïve')).toEqual(textsOf('senal naive'));
  });

  it('include numbers from three digits on, which may be a port, a status or an exit code', () => {
    expect(textsOf('exit code 137, port 6443, 97 % of 50')).toEqual(['exit', 'code', '137', 'port', '6443']);
  });

  it('of another script are kept', () => {
    expect(textsOf('диск заполнен')).toEqual(['диск', 'заполнен']);
  });

  it('without an end are no words', () => {
    expect(textsOf('a'.repeat(1_000_000))).toEqual([]);
    expect(textsOf('aB'.repeat(500_000))).toEqual([]);
  });

  it('can be found in any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        for (const term of termsOf(text)) expect(term.text).not.toBe('');
      }),
    );
  });
});
