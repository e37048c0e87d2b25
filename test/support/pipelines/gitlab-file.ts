/** What of a GitLab CI file a run needs: `extends`, `!reference` and `rules` as GitLab resolves them. */
import { parse } from 'yaml';

export interface GitlabRule {
  readonly if: string;
  readonly when?: string;
}

export interface GitlabJobFile {
  readonly stage: string;
  readonly rules: readonly GitlabRule[];
  readonly before_script?: readonly string[];
  readonly script: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
  readonly environment?: string | { readonly name: string };
  readonly resource_group?: string;
  readonly interruptible?: boolean;
  readonly allow_failure?: boolean | { readonly exit_codes: readonly number[] };
  readonly needs?: readonly (string | { readonly job: string; readonly artifacts?: boolean })[];
  readonly artifacts?: { readonly when?: string; readonly paths: readonly string[] };
}

export interface GitlabFile {
  readonly stages: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  readonly workflow: readonly GitlabRule[];
  readonly jobs: Readonly<Record<string, GitlabJobFile>>;
}

interface Reference {
  readonly reference: readonly string[];
}

type Raw = Record<string, unknown> & { extends?: string };

export function parseGitlabFile(text: string): GitlabFile {
  const reference = {
    tag: '!reference',
    collection: 'seq' as const,
    resolve: (seq: { toJSON: () => unknown }) => ({ reference: seq.toJSON() }),
  };
  const all = parse(text, { customTags: [reference as never] }) as Record<string, Raw>;
  const { stages, variables, workflow, ...rest } = all as unknown as {
    stages: string[];
    variables: Record<string, string>;
    workflow: { rules: GitlabRule[] };
  } & Record<string, Raw>;
  const whole = (name: string): Raw => {
    const raw = rest[name];
    if (!raw) throw new Error(`${name} is not in the file`);
    const { extends: base, ...own } = raw;
    if (base === undefined) return own;
    const below = whole(base);
    // Maps are put together, lists are not.
    return { ...below, ...own, variables: { ...(below.variables ?? {}), ...(own.variables ?? {}) } };
  };
  const lines = (list: unknown): string[] =>
    [list ?? []].flat(1).flatMap((line) => {
      if (typeof line === 'string') return [line];
      const [name = '', key = ''] = (line as Reference).reference;
      return lines(whole(name)[key]);
    });
  const jobs = Object.keys(rest).filter((name) => !name.startsWith('.'));
  return {
    stages,
    variables,
    workflow: workflow.rules,
    jobs: Object.fromEntries(
      jobs.map((name) => {
        const job = whole(name);
        const resolved = { ...job, before_script: lines(job.before_script), script: lines(job.script) };
        return [name, resolved as unknown as GitlabJobFile];
      }),
    ),
  };
}

/** `==`, `!=` and `&&` over variables and texts; a variable that is not set is null. Anything else fails. */
export function ruleHolds(
  { if: condition }: GitlabRule,
  variables: Readonly<Record<string, string>>,
): boolean {
  return condition.split('&&').every((part) => {
    const [, left = '', sign, right = ''] =
      /^\s*(\$\w+|"[^"]*")\s*(==|!=)\s*(\$\w+|"[^"]*")\s*$/.exec(part) ?? [];
    if (!sign) throw new Error(`a rule that is not understood: ${part}`);
    const value = (word: string) => (word.startsWith('$') ? variables[word.slice(1)] : word.slice(1, -1));
    return (value(left) === value(right)) === (sign === '==');
  });
}

/** The jobs that a pipeline with these variables has. */
export function jobsFor(
  { workflow, jobs }: GitlabFile,
  variables: Readonly<Record<string, string>>,
): string[] {
  const any = (rules: readonly GitlabRule[]) => rules.some((rule) => ruleHolds(rule, variables));
  if (!any(workflow)) return [];
  return Object.entries(jobs).flatMap(([name, { rules }]) => (any(rules) ? [name] : []));
}
