export { BotmakerClient, type RemoteChat, type RemoteMessage } from './api/botmaker.client.js';
export { BotmakerModule } from './botmaker.module.js';
export { CredentialHealth } from './credentials/credential.health.js';
export { Credentials } from './credentials/credentials.service.js';
export * from './formats/index.js';
