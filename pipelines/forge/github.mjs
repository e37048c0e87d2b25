/** GitHub's side: the calls that are made are the ones named here. GITHUB_TOKEN needs no more than these take. */
import { readFileSync } from 'node:fs';
import { Api, needed } from './api.mjs';

/** Whom the token of a workflow speaks for. Anybody can write our mark into a comment, and change that one afterwards. */
const BOT = 'github-actions[bot]';

/** The workflow whose plans are applied, and what starts it: the file of the default branch, whatever a pull request says. */
const PLAN_WORKFLOW = '.github/workflows/tapfleet-plan.yml';
const PLAN_EVENT = 'pull_request_target';

export function github(env) {
  const repository = needed(env, 'GITHUB_REPOSITORY');
  const api = new Api(`${needed(env, 'GITHUB_API_URL')}/repos/${repository}`, {
    Accept: 'application/vnd.github+json',
    Authorization: `Bearer ${needed(env, 'GITHUB_TOKEN')}`,
    'X-GitHub-Api-Version': '2022-11-28',
  });
  const isOurs = ({ user }) => user?.login === BOT;
  const number = () => {
    const event = JSON.parse(readFileSync(needed(env, 'GITHUB_EVENT_PATH'), 'utf8'));
    const found = event.pull_request?.number;
    if (!Number.isInteger(found)) throw new Error('this run is of no pull request');
    return found;
  };
  return {
    source: `<sub>[Run ${env.GITHUB_RUN_ID}](${env.GITHUB_SERVER_URL}/${repository}/actions/runs/${env.GITHUB_RUN_ID})</sub>`,
    comments: async () => (await api.all(`/issues/${number()}/comments`)).filter(isOurs),
    addComment: (body) => api.json('POST', `/issues/${number()}/comments`, { body }),
    updateComment: (id, body) => api.json('PATCH', `/issues/comments/${id}`, { body }),
    openIssues: async () =>
      (await api.all('/issues?state=open'))
        .filter((one) => isOurs(one) && !one.pull_request)
        .map(({ number: id, body }) => ({ id, body })),
    openIssue: (title, body) => api.json('POST', '/issues', { title, body }),
    updateIssue: (id, body) => api.json('PATCH', `/issues/${id}`, { body }),
    closeIssue: async (id, body) => {
      await api.json('POST', `/issues/${id}/comments`, { body });
      await api.json('PATCH', `/issues/${id}`, { state: 'closed', state_reason: 'completed' });
    },
    reviewedPlan: async (name) => {
      const { artifacts } = await api.json(
        'GET',
        `/actions/artifacts?name=${encodeURIComponent(name)}&per_page=100`,
      );
      const there = artifacts.filter((one) => one.name === name && !one.expired);
      for (const { workflow_run: run } of there.sort((a, b) => b.id - a.id)) {
        const { path, event } = await api.json('GET', `/actions/runs/${run.id}`);
        // Older servers add the branch.
        if (path.replace(/@.*/, '') === PLAN_WORKFLOW && event === PLAN_EVENT) {
          process.stdout.write(`run=${run.id}\n`);
          return;
        }
      }
      throw new Error(
        'nobody has reviewed a plan of what is here now: the branch moved before the merge, or there was no pull request. ' +
          'Nothing was changed; run this workflow by hand to plan it again and have that approved',
      );
    },
  };
}
