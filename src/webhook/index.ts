export { WebhookModule } from './webhook.module.js';
export { doorPrefix } from './door.js';
