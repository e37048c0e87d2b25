/**
 * What a pipeline says where people read it: one comment on a pull request, one issue for drift, each updated in place; and
 * which plan was reviewed. For GitHub and GitLab alike, with nothing but node.
 *
 *     node forge.mjs comment REPORT.md LOG         on the pull request of this run; the log where there is no report
 *     node forge.mjs drift-issue CODE REPORT.md    by the exit code of `tapfleet drift`: opened, updated, closed
 *     node forge.mjs reviewed-plan NAME            GitHub: prints run=ID, of the run that has the artifact NAME
 *     node forge.mjs reviewed-plan FILE            GitLab: writes the plan of the merge request of this commit
 */
import { existsSync, readFileSync } from 'node:fs';
import { github } from './github.mjs';
import { gitlab } from './gitlab.mjs';
import { closing, DRIFT, isOf, PLAN, reportOrLog, withSource } from './texts.mjs';

async function comment(forge, report, log) {
  const body = withSource(reportOrLog(report, log), forge.source);
  const [mine] = (await forge.comments()).filter((one) => isOf(PLAN, one.body));
  await (mine ? forge.updateComment(mine.id, body) : forge.addComment(body));
  say(mine ? 'the comment was updated' : 'a comment was made');
}

async function driftIssue(forge, code, report) {
  if (!['0', '2', '3', '4'].includes(code)) {
    say(`drift ended with ${code}: nothing is known of the fleet, and the issue stays as it is`);
    return;
  }
  const [open] = (await forge.openIssues()).filter((one) => isOf(DRIFT, one.body));
  if (code === '0') {
    if (open) await forge.closeIssue(open.id, closing(forge.source));
    say(open ? 'the issue was closed' : 'no drift, no issue');
    return;
  }
  if (!existsSync(report)) throw new Error(`there is no report ${report}`);
  const body = withSource(readFileSync(report, 'utf8'), forge.source);
  await (open
    ? forge.updateIssue(open.id, body)
    : forge.openIssue('tapfleet: the fleet is not as declared', body));
  say(open ? 'the issue was updated' : 'an issue was opened');
}

function say(text) {
  process.stderr.write(`${text}\n`);
}

const [verb, ...words] = process.argv.slice(2);
try {
  const forge = process.env.GITLAB_CI ? gitlab(process.env) : github(process.env);
  if (verb === 'comment') await comment(forge, ...words);
  else if (verb === 'drift-issue') await driftIssue(forge, ...words);
  else if (verb === 'reviewed-plan') await forge.reviewedPlan(...words);
  else throw new Error(`what is "${verb}"? comment, drift-issue, reviewed-plan`);
} catch (error) {
  say(`error: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
