import { type Command, EXIT } from '../command.ts';
import { UsageError } from '../errors.ts';
import { dryRun, failureOf } from '../runs.ts';
import { planMarkdown, planReport, planText } from '../view/plan-report.ts';

export const plan: Command = {
  summary: 'what a run would change and why; changes nothing',
  usage: '[--json | --markdown] [--cluster <name>]…',
  help: [
    '--json             for programs',
    '--markdown         for a pull request',
    '--cluster <name>   reads only this one; may be repeated, the values of all others are held',
    '',
    'Runs the deployed state machine with {"dryRun": true}. Exit code 2 when there are changes or held removals.',
  ],
  options: {
    json: { type: 'boolean' },
    markdown: { type: 'boolean' },
    cluster: { type: 'string', multiple: true },
  },
  async run(given, { io, connect }) {
    if (given.flag('json') && given.flag('markdown'))
      throw new UsageError('got --json and --markdown, want one of both');
    const context = await connect();
    const clusters = given.texts('cluster');
    io.progress('planning …');
    const { view, plan: record } = await dryRun(context, clusters.length > 0 ? { clusters: [...clusters] } : {});
    // Held removals end a dry run as they would end a run: they are in the plan.
    if (!record || (view.status !== 'SUCCEEDED' && view.error !== 'RemovalsHeldError')) {
      io.tell(context.paint('red', `${view.name} ${failureOf(view) ?? 'left no plan'}`));
      return EXIT.failed;
    }
    const report = planReport(view.name, record);
    const lines = given.flag('json')
      ? [JSON.stringify(report, null, 2)]
      : given.flag('markdown')
        ? planMarkdown(report)
        : planText(report, context.paint);
    for (const line of lines) io.print(line);
    return report.changes.length > 0 ? EXIT.changes : EXIT.ok;
  },
};
