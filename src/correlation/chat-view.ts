import { ApiProperty } from '@nestjs/swagger';
import { reasonText } from './reason-codes.js';

/** Who a conversation is with. */
export class ChatView {
  @ApiProperty({ format: 'uuid', description: 'Our id of the chat' })
  id!: string;

  @ApiProperty({ type: String, nullable: true, description: 'Botmaker’s id of the chat; null until Botmaker told us' })
  botmakerChatId!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'whatsapp' })
  platform!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The company’s line' })
  channelId!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The customer on that line; a phone number on WhatsApp' })
  contactId!: string | null;

  @ApiProperty({ type: String, nullable: true })
  name!: string | null;
}

/** A reason code in words. A code without words of its own stands for itself. */
export class ReasonWords {
  @ApiProperty({ example: 'Una persona atiende el chat' })
  es!: string;

  @ApiProperty({ example: 'Uma pessoa atende o chat' })
  pt!: string;

  @ApiProperty({ example: 'A person attends the chat' })
  en!: string;
}

export function reasonWords(code: string | null): ReasonWords | null {
  return code === null ? null : { es: reasonText(code, 'es'), pt: reasonText(code, 'pt'), en: reasonText(code, 'en') };
}
