/** A point of the flow that a keyword, a button or trigger-intent can reach. */
export interface FlowIntent {
  readonly name: string;
  /** Texts that start it, compared whole, without case, accents and punctuation. */
  readonly triggers?: readonly string[];
  readonly says?: readonly string[];
  readonly sets?: Readonly<Record<string, string>>;
  readonly mutes?: boolean;
  readonly unmutes?: boolean;
  /** Puts the chat into this queue for operators. */
  readonly queue?: string;
  readonly isActive?: boolean;
}

export interface Template {
  readonly name: string;
  readonly state: 'APPROVED' | 'REJECTED' | 'ACCOUNT_PENDING' | 'BOTMAKER_PENDING';
  readonly category: string;
  readonly locale: string;
  /** With variables written `{{name}}`. */
  readonly text: string;
  readonly footer?: string;
  readonly lines: readonly string[];
  /** The bot that the template moves a chat to; the account's own when not given. */
  readonly botName?: string;
  readonly buttons?: readonly { readonly text: string; readonly webhookPayload?: string; readonly intentIdOrName?: string }[];
}

/** A template of the account's first line, unless it names others. */
export type NewTemplate = Omit<Template, 'lines'> & Partial<Pick<Template, 'lines'>>;

export type HandoffOrder = 'with-message' | 'variables-before' | 'variables-after';

export interface FlowConfig {
  readonly botName: string;
  readonly handoffVariable: string;
  readonly handoffValue: string;
  /** Where the changed variables travel: in the message's own webhook, or in one of their own before or after it. */
  readonly handoffOrder: HandoffOrder;
  readonly fallbackSays: readonly string[];
  readonly returnIntent: string;
  readonly muteIntent: string;
  /** Added to the built-in ones; the same name replaces. */
  readonly intents: readonly FlowIntent[];
  readonly templates: readonly NewTemplate[];
}

export const FALLBACK_INTENT = 'ASISTENTE';

export const DEFAULT_FLOW: FlowConfig = {
  botName: 'Bot principal',
  handoffVariable: 'external_handoff',
  handoffValue: 'true',
  handoffOrder: 'with-message',
  fallbackSays: ['Te paso con nuestro asistente.'],
  returnIntent: 'VOLVER_FLUJO',
  muteIntent: 'EXT_MUTE',
  intents: [],
  templates: [],
};

/** The intents of a small, believable account: greeting, hours, menu, hand-off, return, mute, and a queue of people. */
export function intentsOf(flow: FlowConfig): FlowIntent[] {
  const builtIn: FlowIntent[] = [
    {
      name: 'SALUDO',
      triggers: ['hola', 'buenas', 'buen dia', 'buenos dias', 'buenas tardes', 'buenas noches'],
      says: ['¡Hola! Soy el bot de la tienda. Escribí *menú* para ver las opciones o contame qué necesitás.'],
    },
    { name: 'HORARIOS', triggers: ['horarios', 'horario'], says: ['Atendemos de lunes a viernes de 9 a 18 h.'] },
    { name: 'MENU', triggers: ['menu', 'opciones', 'inicio'], says: ['Opciones: *horarios*, o escribí tu consulta.'] },
    { name: FALLBACK_INTENT, says: flow.fallbackSays, sets: { [flow.handoffVariable]: flow.handoffValue }, mutes: true },
    {
      name: flow.returnIntent,
      says: ['Volvés al menú principal. Escribí *menú* cuando quieras.'],
      sets: { [flow.handoffVariable]: 'false' },
      unmutes: true,
    },
    { name: flow.muteIntent, mutes: true },
    {
      name: 'DERIVAR_A_PERSONA',
      triggers: ['operador', 'agente', 'persona'],
      says: ['Te derivo con una persona del equipo.'],
      sets: { [flow.handoffVariable]: 'false' },
      mutes: true,
      queue: 'soporte',
    },
  ];
  return mergeByName(builtIn, flow.intents);
}

export function templatesOf(flow: FlowConfig, line: string): Template[] {
  const builtIn: NewTemplate[] = [
    {
      name: 'retomar_conversacion',
      state: 'APPROVED',
      category: 'UTILITY',
      locale: 'es_AR',
      text: 'Hola, ya tenemos la respuesta a tu consulta. ¿Te la enviamos?',
      buttons: [{ text: 'Sí, enviar', webhookPayload: 'retomar' }],
    },
    { name: 'novedades_del_mes', state: 'ACCOUNT_PENDING', category: 'MARKETING', locale: 'es_AR', text: 'Estas son las novedades del mes.' },
  ];
  return mergeByName(builtIn, flow.templates).map((template) => ({ ...template, lines: template.lines ?? [line] }));
}

function mergeByName<T extends { readonly name: string }>(builtIn: readonly T[], added: readonly T[]): T[] {
  const names = new Set(added.map((item) => item.name));
  return [...builtIn.filter((item) => !names.has(item.name)), ...added];
}
