import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';

/** The OpenAPI document of the analyst API at /api/docs-json, and outside production pages for it at /api/docs. */
export function mountApiDocs(app: NestFastifyApplication, { withPages }: { withPages: boolean }): void {
  const description = 'Conversations, turns and the correlation log. Every call needs an API key: `Authorization: Bearer <key>`.';
  const config = new DocumentBuilder().setTitle('botmaker-agent').setDescription(description).setVersion('1').addBearerAuth().build();
  const document = SwaggerModule.createDocument(app, config);
  const paths = Object.fromEntries(Object.entries(document.paths).filter(([path]) => path.startsWith('/api/')));
  SwaggerModule.setup('api/docs', app, { ...document, paths }, { jsonDocumentUrl: 'api/docs-json', ui: withPages, raw: ['json'] });
}
