export { BotmakerClient, type RemoteChat, type RemoteMessage } from './api/botmaker.client.js';
export { BotmakerModule } from './botmaker.module.js';
export { ChatLooks } from './chats/chat-looks.service.js';
export { ChatProofStore, proofAgeMs } from './chats/chat-proof.store.js';
export { isUnheld, type ChatProof } from './chats/chat-proof.js';
export { CredentialHealth } from './credentials/credential.health.js';
export { Credentials } from './credentials/credentials.service.js';
export * from './formats/index.js';
