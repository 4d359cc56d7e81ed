import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';

const description = 'Conversations, turns and the correlation log. Every call needs an API key: `Authorization: Bearer <key>`.';

/**
 * The OpenAPI document of the analyst API at /api/docs-json, and outside production pages for it at /api/docs. It is made
 * when it is first asked for: most processes are never asked, and the boot need not wait for it.
 */
export function mountApiDocs(app: NestFastifyApplication, { withPages }: { withPages: boolean }): void {
  SwaggerModule.setup('api/docs', app, () => documentOf(app), { jsonDocumentUrl: 'api/docs-json', ui: withPages, raw: ['json'] });
}

function documentOf(app: NestFastifyApplication): OpenAPIObject {
  const config = new DocumentBuilder().setTitle('botmaker-agent').setDescription(description).setVersion('1').addBearerAuth().build();
  const document = SwaggerModule.createDocument(app, config);
  return { ...document, paths: Object.fromEntries(Object.entries(document.paths).filter(([path]) => path.startsWith('/api/'))) };
}
