import { z } from 'zod';

/** Looking something up in the knowledge: the one tool that does something, and it only reads. */
export const searchKnowledgeTool = {
  name: 'search_knowledge',
  description:
    'Busca en la información de la empresa y devuelve los pasajes que mejor responden. Usala antes de contestar cualquier pregunta sobre productos, precios, plazos, horarios, políticas o trámites.',
  schema: z.object({
    query: z.string().trim().min(1).max(500).describe('Lo que pregunta el cliente, en sus palabras y completo, en el idioma en que lo escribió.'),
  }),
} as const;
