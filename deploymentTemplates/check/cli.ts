import { runChecks } from './run-checks.ts';

const results = await runChecks(process.env);
for (const { name, problems, leftOut } of results) {
  const state = leftOut === undefined ? (problems.length === 0 ? 'ok' : 'PROBLEMS') : 'left out';
  process.stdout.write(
    `${state.padEnd(9)} ${name}${leftOut === undefined ? '' : `: ${leftOut}`}\n`,
  );
  for (const { where, what } of problems) process.stdout.write(`            ${where}: ${what}\n`);
}
const count = results.reduce((sum, { problems }) => sum + problems.length, 0);
process.stdout.write(
  count === 0
    ? '\nNothing stands in the way of a deployment that can be seen from here.\n'
    : `\n${count} problems.\n`,
);
process.exitCode = count === 0 ? 0 : 1;
