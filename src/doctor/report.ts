import { spoken, type Finding, type SpokenFinding } from './finding.js';
import { topics, type Language, type Severity, type Team, type Topic } from './words/entry.js';
import { chrome, severityNames, teamNames, topicNames } from './words/report-words.js';

/** What the doctor says, for people and for programs. */
export interface Report {
  checkedAt: string;
  /** 0: fine. 1: there are problems. 2: none was found, but not everything could be seen. */
  exitCode: 0 | 1 | 2;
  counts: Record<Severity, number>;
  topics: { topic: Topic; name: string; worst: Severity | null }[];
  findings: (SpokenFinding & { teamName: string })[];
}

const severities: readonly Severity[] = ['problem', 'unseen', 'warning', 'note'];

/** What was found, and the topics that nobody could look at: of those nothing is known to be well. */
export interface Outcome {
  findings: readonly Finding[];
  unseen: readonly Topic[];
}

export function reportOf({ findings, unseen }: Outcome, checkedAt: Date, language: Language): Report {
  const said = findings.map((finding) => spoken(finding, language)).map((finding) => ({ ...finding, teamName: teamNames[finding.team][language] }));
  const counts = Object.fromEntries(severities.map((severity) => [severity, said.filter((finding) => finding.severity === severity).length])) as Report['counts'];
  const isAt = (topic: Topic, severity: Severity): boolean => said.some((finding) => finding.topic === topic && finding.severity === severity) || (severity === 'unseen' && unseen.includes(topic));
  const worstOf = (topic: Topic): Severity | null => severities.find((severity) => isAt(topic, severity)) ?? null;
  return {
    checkedAt: checkedAt.toISOString(),
    exitCode: counts.problem > 0 ? 1 : counts.unseen > 0 ? 2 : 0,
    counts,
    topics: topics.map((topic) => ({ topic, name: topicNames[topic][language], worst: worstOf(topic) })),
    findings: [...said].sort((one, other) => topics.indexOf(one.topic) - topics.indexOf(other.topic) || severities.indexOf(one.severity) - severities.indexOf(other.severity)),
  };
}

const marks: Record<Severity | 'fine', string> = { problem: '✗', unseen: '?', warning: '!', note: '·', fine: '✓' };

/** The report as text, one topic after another; then who has something to do. */
export function renderReport(report: Report, language: Language): string {
  const words = chrome[language];
  const body = report.topics.flatMap(({ topic, name, worst }) => [
    `${marks[worst === null || worst === 'note' ? 'fine' : worst]} ${name}`,
    ...report.findings.filter((finding) => finding.topic === topic).flatMap(({ severity, what, fix, teamName, code }) => [
      `    ${marks[severity]} ${what}  [${code}]`,
      ...(severity === 'note' ? [] : [`        ${words.fix}: ${fix}`, `        ${words.team}: ${teamName}`]),
    ]),
  ]);
  return ['', ...body, '', ...todo(report, language), summary(report, language), ''].join('\n');
}

/** Each team with how much waits for it. */
function todo({ findings }: Report, language: Language): string[] {
  const waiting = findings.filter(({ severity }) => severity !== 'note');
  const teams = [...new Set(waiting.map(({ team }) => team))] as Team[];
  return teams.map((team) => `  ${teamNames[team][language]}: ${waiting.filter((finding) => finding.team === team).map(({ code }) => code).join(', ')}`);
}

function summary({ counts }: Report, language: Language): string {
  const parts = severities.filter((severity) => counts[severity] > 0).map((severity) => `${counts[severity]} ${severityNames[severity][language]}`);
  return parts.length > 0 ? parts.join(', ') : chrome[language].fine;
}
