import { parseArgs } from 'node:util';
import { Doctor, DoctorModule, judgeConfigProblems, languages, renderReport, reportOf, topics, type Language, type Report } from '../../doctor/index.js';
import { UsageError, type Command } from '../command.js';

const usage = 'doctor [--lang es|pt|en] [--json]';

/**
 * Looks at both sides and says what is wrong, what to do, and who must do it. Exit code 0: fine; 1: there are problems;
 * 2: none was found, but not everything could be seen.
 */
export const doctorCommand: Command = {
  usage,
  rooms: [DoctorModule],
  async run(app, args, { isAccountThere }) {
    const wanted = optionsOf(args);
    const outcome = await app.get(Doctor, { strict: false }).examine(isAccountThere);
    return print(reportOf(outcome, new Date(), wanted.language), wanted);
  },
  withoutConfig({ problems }, args) {
    const wanted = optionsOf(args);
    const findings = judgeConfigProblems(problems, process.env);
    return print(reportOf({ findings, unseen: topics.filter((topic) => topic !== 'configuration') }, new Date(), wanted.language), wanted);
  },
};

interface Options {
  language: Language;
  isJson: boolean;
}

function optionsOf(args: string[]): Options {
  try {
    const { lang = 'es', json = false } = parseArgs({ args, options: { lang: { type: 'string' }, json: { type: 'boolean' } } }).values;
    const language = languages.find((known) => known === lang);
    if (language) return { language, isJson: json };
  } catch {
    // Words that nobody knows: the usage says what would be known.
  }
  throw new UsageError(usage);
}

function print(report: Report, { language, isJson }: Options): number {
  console.log(isJson ? JSON.stringify(report, null, 2) : renderReport(report, language));
  return report.exitCode;
}
