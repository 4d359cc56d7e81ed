export { BotmakerSender, type Accepted, type IntentCall, type OutgoingMessage } from './botmaker-sender.client.js';
