export type DependencyName = 'model' | 'slack' | 'store';

/** What is known of something Jamie depends on. Never a reason to be unhealthy: Jamie answers without it. */
export interface DependencyStatus {
  readonly name: DependencyName;
  /** `off`: not configured. `unknown`: not asked yet. */
  readonly state: 'up' | 'down' | 'off' | 'unknown';
  /** One sentence for people: what is wrong and what to do, or what was found. */
  readonly detail: string;
}
