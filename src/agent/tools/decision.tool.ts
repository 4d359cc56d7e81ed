import { z } from 'zod';

const why = z.string().trim().min(1).max(500).describe('Motivo breve, para el registro interno. El cliente no lo ve.');
const farewell = z.string().trim().max(1000).nullish().describe('Mensaje opcional para el cliente, que se envía antes.');

const choice = z.object({
  title: z.string().trim().min(1).max(200).describe('Hasta 24 caracteres, sin número.'),
  description: z.string().trim().max(500).nullish().describe('Aclaración opcional de hasta 72 caracteres.'),
  intent: z.string().trim().max(100).nullish().describe('Sólo si tocarla debe llevar al menú automático ("menu") o a una persona ("persona").'),
});

const options = z.object({
  title: z.string().trim().min(1).max(1000).describe('La pregunta. Va después de los mensajes.'),
  button: z.string().trim().max(100).nullish().describe('Lo que abre la lista, hasta 20 caracteres; por ejemplo "Ver sucursales".'),
  choices: z.array(choice).min(1).max(20).describe('Las opciones, hasta 10.'),
});

const medium = z.object({
  url: z.string().trim().min(1).max(2000).describe('Su dirección https, igual a como figura en lo que encontraste.'),
  text: z.string().trim().max(1000).nullish().describe('Texto opcional, que se envía antes.'),
});

export const replyTool = {
  name: 'reply',
  description: 'Contesta al cliente. Casi siempre alcanza con un mensaje; usá más sólo si son temas distintos.',
  schema: z.object({
    parts: z.array(z.string().trim().min(1)).max(4).default([]).describe('Los mensajes, en orden. Sólo pueden faltar si hay options o media.'),
    media: z.array(medium).max(4).nullish().describe('Imágenes, audios, videos o PDF para mostrar. Sólo los que encontraste.'),
    options: options.nullish().describe('Opciones para que el cliente elija tocando. No las repitas en los mensajes.'),
  }),
} as const;

export const staySilentTool = {
  name: 'stay_silent',
  description: 'No contesta nada. Sólo cuando una respuesta sobra, por ejemplo después de un "ok" que cierra la conversación.',
  schema: z.object({ why }),
} as const;

export const handToHumanTool = {
  name: 'hand_to_human',
  description: 'Pasa la conversación a una persona: el cliente lo pide, está enojado, o hace falta algo que no podés hacer.',
  schema: z.object({ why, farewell }),
} as const;

export const returnToFlowTool = {
  name: 'return_to_flow',
  description: 'Devuelve la conversación al menú automático: el cliente quiere volver a él o hacer un trámite que está ahí.',
  schema: z.object({ why, farewell, intent: z.string().trim().max(100).nullish().describe('Nombre de la intención, si lo conocés.') }),
} as const;

/** The four ways to end a turn. They do nothing: calling one is how the model says what it decides. */
export const decisionTools = [replyTool, staySilentTool, handToHumanTool, returnToFlowTool] as const;
