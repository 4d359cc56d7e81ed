import type { Language, Severity, Team, Topic } from './entry.js';

type Names<K extends string> = Record<K, Record<Language, string>>;

export const teamNames: Names<Team> = {
  botmaker: { es: 'equipo de Botmaker (superadmin)', pt: 'equipe do Botmaker (superadmin)', en: 'Botmaker team (superadmin)' },
  flows: { es: 'equipo de flujos', pt: 'equipe de fluxos', en: 'flow team' },
  infrastructure: { es: 'infraestructura', pt: 'infraestrutura', en: 'infrastructure' },
  development: { es: 'desarrollo', pt: 'desenvolvimento', en: 'development' },
};

export const topicNames: Names<Topic> = {
  configuration: { es: 'Configuración', pt: 'Configuração', en: 'Configuration' },
  api: { es: 'API de Botmaker', pt: 'API do Botmaker', en: 'Botmaker API' },
  token: { es: 'Token de la API', pt: 'Token da API', en: 'API token' },
  webhook: { es: 'Webhook', pt: 'Webhook', en: 'Webhook' },
  rules: { es: 'Reglas de redirección', pt: 'Regras de redirecionamento', en: 'Redirection rules' },
  lines: { es: 'Líneas', pt: 'Linhas', en: 'Lines' },
  intents: { es: 'Intenciones', pt: 'Intenções', en: 'Intents' },
  template: { es: 'Plantilla fuera de las 24 horas', pt: 'Modelo fora das 24 horas', en: 'Template outside the 24 hours' },
  database: { es: 'Base de datos', pt: 'Banco de dados', en: 'Database' },
  clock: { es: 'Relojes', pt: 'Relógios', en: 'Clocks' },
  model: { es: 'Modelo', pt: 'Modelo', en: 'Model' },
  host: { es: 'Esta máquina', pt: 'Esta máquina', en: 'This machine' },
};

export const severityNames: Names<Severity> = {
  problem: { es: 'problema(s)', pt: 'problema(s)', en: 'problem(s)' },
  unseen: { es: 'sin poder mirar', pt: 'sem poder olhar', en: 'could not be seen' },
  warning: { es: 'advertencia(s)', pt: 'advertência(s)', en: 'warning(s)' },
  note: { es: 'nota(s)', pt: 'nota(s)', en: 'note(s)' },
};

export const chrome: Record<Language, { fix: string; team: string; fine: string }> = {
  es: { fix: 'Qué hacer', team: 'Quién', fine: 'Todo en orden.' },
  pt: { fix: 'O que fazer', team: 'Quem', fine: 'Tudo em ordem.' },
  en: { fix: 'What to do', team: 'Who', fine: 'All well.' },
};
