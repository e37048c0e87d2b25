/** GitLab's side: the calls that are made are the ones named here. The token of a job may not write notes: it takes one of the project. */
import { writeFileSync } from 'node:fs';
import { Api, needed } from './api.mjs';

/** The job whose artifact is the plan. */
const PLAN_JOB = 'tapfleet:plan';

export function gitlab(env) {
  const api = new Api(`${needed(env, 'CI_API_V4_URL')}/projects/${needed(env, 'CI_PROJECT_ID')}`, {
    'PRIVATE-TOKEN': needed(env, 'TAPFLEET_GITLAB_TOKEN'),
  });
  const user = new Api(needed(env, 'CI_API_V4_URL'), {
    'PRIVATE-TOKEN': needed(env, 'TAPFLEET_GITLAB_TOKEN'),
  });
  // Anybody can write our mark into a note, and change that one afterwards.
  const me = async () => (await user.json('GET', '/user')).id;
  const request = () => `/merge_requests/${needed(env, 'CI_MERGE_REQUEST_IID')}`;
  return {
    source: `<sub>[Job ${env.CI_JOB_ID}](${env.CI_JOB_URL})</sub>`,
    comments: async () => {
      const mine = await me();
      const notes = await api.all(`${request()}/notes?sort=asc`);
      return notes.filter(({ author, system }) => author.id === mine && !system);
    },
    addComment: (body) => api.json('POST', `${request()}/notes`, { body }),
    updateComment: (id, body) => api.json('PUT', `${request()}/notes/${id}`, { body }),
    openIssues: async () =>
      (await api.all(`/issues?state=opened&scope=all&author_id=${await me()}`)).map(
        ({ iid, description }) => ({
          id: iid,
          body: description,
        }),
      ),
    openIssue: (title, description) => api.json('POST', '/issues', { title, description }),
    updateIssue: (id, description) => api.json('PUT', `/issues/${id}`, { description }),
    closeIssue: async (id, body) => {
      await api.json('POST', `/issues/${id}/notes`, { body });
      await api.json('PUT', `/issues/${id}`, { state_event: 'close' });
    },
    reviewedPlan: async (file) => {
      const project = Number(needed(env, 'CI_PROJECT_ID'));
      const merged = await api.json(
        'GET',
        `/repository/commits/${needed(env, 'CI_COMMIT_SHA')}/merge_requests`,
      );
      for (const { iid } of merged.filter(({ state }) => state === 'merged')) {
        const pipelines = (await api.all(`/merge_requests/${iid}/pipelines`)).filter(
          ({ project_id }) => project_id === undefined || project_id === project,
        );
        for (const { id } of pipelines.sort((a, b) => b.id - a.id)) {
          const jobs = await api.all(`/pipelines/${id}/jobs`);
          const job = jobs.find(({ name, artifacts_file }) => name === PLAN_JOB && artifacts_file);
          if (!job) continue;
          writeFileSync(file, await api.text(`/jobs/${job.id}/artifacts/tapfleet-report/plan.json`), {
            mode: 0o600,
          });
          return;
        }
      }
      throw new Error(
        'nobody has reviewed a plan of this commit: it came by no merge request, or its plan is gone. ' +
          'Nothing was changed; run a pipeline by hand to plan it again and have that approved',
      );
    },
  };
}
