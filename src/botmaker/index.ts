export { AccountClient, type RuleText } from './account/account.client.js';
export { AccountModule } from './account/account.module.js';
export { webhookFlags, type IntentSetup, type Line, type RedirectionRule, type TemplateSetup, type WebhookFlag, type WebhookSetup } from './account/setup.js';
export { TokenInForce, type TokenState } from './account/token-in-force.service.js';
export { BotmakerClient, type RemoteChat, type RemoteMessage } from './api/botmaker.client.js';
export { BotmakerModule } from './botmaker.module.js';
export { CredentialHealth } from './credentials/credential.health.js';
export { Credentials } from './credentials/credentials.service.js';
export * from './formats/index.js';
