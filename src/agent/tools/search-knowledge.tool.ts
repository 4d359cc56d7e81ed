import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { KnowledgeSearch } from '../../knowledge/index.js';
import { passagesText } from '../prompts/transcript.prompt.js';
import { Tool, type AgentTool, type ToolAnswer } from './agent-tool.js';

const schema = z.object({
  query: z.string().trim().min(1).max(500).describe('Lo que pregunta el cliente, en sus palabras y completo, en el idioma en que lo escribió.'),
});

/** Looks something up in the knowledge: its argument reaches the question of a full-text search and nothing else. */
@Injectable()
@Tool()
export class SearchKnowledgeTool implements AgentTool<typeof schema> {
  readonly name = 'search_knowledge';
  readonly description =
    'Busca en la información de la empresa y devuelve los pasajes que mejor responden. Usala antes de contestar cualquier pregunta sobre productos, precios, plazos, horarios, políticas o trámites.';
  readonly schema = schema;
  readonly hasEffect = false;

  constructor(private readonly search: KnowledgeSearch) {}

  async run({ query }: z.output<typeof schema>): Promise<ToolAnswer> {
    const passages = await this.search.search(query);
    return { text: passagesText(passages), passages: passages.map(({ id }) => id) };
  }
}
