import type { AnsweredQuestion, Feedback } from '@jamie/core';
import { evaluationSet } from './evaluation-set';
import { toRecord } from './to-record';

const sources = ['workloads/KubePodCrashLooping.md', 'incident/rollback.md', 'dns/CoreDNSDown.md'].map(
  (path) => ({
    title: path,
    path,
    heading: 'Diagnosis',
  }),
);

interface Given {
  readonly id?: string;
  readonly message?: string;
  readonly text?: string;
  readonly earlierTurns?: number;
  readonly verdict?: Feedback['verdict'];
  readonly reason?: string;
  readonly rests?: boolean;
}

function line({ id = 'a', message = 'why?', text = 'Do [1].', verdict = 'good', ...given }: Given): string {
  const { reason, earlierTurns = 0, rests = true } = given;
  const answered: AnsweredQuestion = {
    question: { message, surface: 'rest' },
    earlierTurns,
    answer: {
      id,
      text,
      answeredBy: 'model',
      degraded: false,
      sources: rests ? sources : [],
      model: 'bruno-sre',
      conversationId: 'c',
      finishedAt: new Date(),
      processingSeconds: 1,
    },
  };
  const feedback = { answerId: id, verdict, ...(reason === undefined ? {} : { reason }) };
  return JSON.stringify(toRecord(feedback, answered));
}

describe('an evaluation set from feedback', () => {
  it('expects the runbooks that a good answer cites', () => {
    const { questions } = evaluationSet([line({ text: 'First [3], and then [1] or [1]. Not [9].' })]);
    expect(questions).toEqual([{ question: 'why?', expect: ['KubePodCrashLooping', 'CoreDNSDown'] }]);
  });

  it('expects the first source of an answer that cites none', () => {
    expect(evaluationSet([line({ text: 'Word for word.' })]).questions).toEqual([
      { question: 'why?', expect: ['KubePodCrashLooping'] },
    ]);
  });

  it('leaves a bad answer to a person, with the reason', () => {
    const { questions, toReview } = evaluationSet([line({ verdict: 'bad', reason: 'it was the DNS' })]);
    expect(questions).toEqual([]);
    expect(toReview).toEqual([
      { question: 'why?', expect: ['KubePodCrashLooping'], reason: 'it was the DNS' },
    ]);
  });

  it('takes the last verdict on an answer', () => {
    const { questions, toReview } = evaluationSet([line({ verdict: 'good' }), line({ verdict: 'bad' })]);
    expect([questions.length, toReview.length]).toEqual([0, 1]);
  });

  it('asks a question once, and expects whatever answered it', () => {
    const lines = [line({ id: 'a', text: '[1]' }), line({ id: 'b', text: '[2]' })];
    expect(evaluationSet(lines).questions).toEqual([
      { question: 'why?', expect: ['KubePodCrashLooping', 'rollback'] },
    ]);
  });

  it('leaves out what tells nothing about the search, and says how much that is', () => {
    const lines = [
      line({ id: 'follow-up', earlierTurns: 2 }),
      line({ id: 'bad follow-up', earlierTurns: 2, verdict: 'bad' }),
      line({ id: 'small talk', rests: false }),
      '{"torn',
      '{"verdict":"good"}',
      '',
    ];
    expect(evaluationSet(lines)).toEqual({
      questions: [],
      toReview: [],
      leftOut: { unreadable: 2, followUps: 2, withoutSources: 1 },
    });
  });
});
