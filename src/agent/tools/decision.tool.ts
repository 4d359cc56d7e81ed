import { z } from 'zod';

const why = z.string().trim().min(1).max(500).describe('Motivo breve, para el registro interno. El cliente no lo ve.');
const farewell = z.string().trim().max(1000).nullish().describe('Mensaje opcional para el cliente, que se envía antes.');

export const replyTool = {
  name: 'reply',
  description: 'Contesta al cliente. Casi siempre alcanza con un mensaje; usá más sólo si son temas distintos.',
  schema: z.object({ parts: z.array(z.string().trim().min(1)).min(1).max(4).describe('Los mensajes, en orden.') }),
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
