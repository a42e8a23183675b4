import { type Runbook, type RunbookMatch, RunbookSearch } from '@jamie/core';

/** Finds a runbook when the question contains one of its alert names; in the order given. */
export class FixedRunbooks extends RunbookSearch {
  readonly queries: string[] = [];

  constructor(private readonly runbooks: readonly Runbook[]) {
    super();
  }

  search(query: string, limit: number): readonly RunbookMatch[] {
    this.queries.push(query);
    return this.runbooks
      .filter(({ alerts }) => alerts.some((alert) => query.includes(alert)))
      .slice(0, limit)
      .map((runbook, rank) => ({
        runbook,
        score: 1 / (rank + 1),
        sectionScores: runbook.sections.map(() => 1),
      }));
  }

  count(): number {
    return this.runbooks.length;
  }

  list(): readonly Runbook[] {
    return this.runbooks;
  }

  find(path: string): Runbook | undefined {
    return this.runbooks.find((runbook) => runbook.path === path);
  }
}

/** A runbook of the usual shape. */
export function exampleRunbook(alert: string): Runbook {
  const heading = (name: string) => ({
    heading: name,
    text: `${name} of ${alert}.\n\n\`\`\`bash\nkubectl get pods\n\`\`\``,
  });
  return {
    title: alert,
    path: `kubernetes/${alert}.md`,
    alerts: [alert],
    services: ['kubernetes'],
    sections: [
      { heading: alert, text: `What ${alert} is about.` },
      heading('Meaning'),
      heading('Impact'),
      heading('Diagnosis'),
      heading('Mitigation'),
    ],
  };
}
