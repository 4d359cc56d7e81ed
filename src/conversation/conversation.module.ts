import { Module } from '@nestjs/common';
import { AgentModule } from '../agent/index.js';
import { BotmakerModule } from '../botmaker/index.js';
import { InboxModule } from '../inbox/index.js';
import { OutboxModule } from '../outbox/index.js';
import { AskedMail } from './asked-mail.service.js';
import { BegunTurns } from './begun-turn.store.js';
import { ChatRules } from './chat-rules.service.js';
import { Courtesies } from './courtesies.service.js';
import { ConversationStore } from './conversation.store.js';
import { DoubleTexts } from './double-texting.service.js';
import { EffectLedger } from './effect-ledger.service.js';
import { EffectStore } from './effect.store.js';
import { ConversationEnds } from './ends/conversation-ends.service.js';
import { EndFacts } from './ends/end-facts.read-model.js';
import { InactiveChats } from './ends/inactive-chats.service.js';
import { InactiveChatStore } from './ends/inactive-chat.store.js';
import { InactivityWatch } from './ends/inactivity-watch.job.js';
import { FlowAnswers } from './flow-answers.service.js';
import { HistoryReadModel } from './history.read-model.js';
import { LateMailReadModel } from './late-mail.read-model.js';
import { Leases } from './lease.service.js';
import { LeaseStore } from './lease.store.js';
import { LeftoverCheckpoints } from './leftover-checkpoints.job.js';
import { OverdueTurns } from './overdue-turns.job.js';
import { ChatSeenHandler } from './ownership/chat-seen.handler.js';
import { LookAtChatHandler } from './ownership/look-at-chat.handler.js';
import { NextLook } from './ownership/next-look.service.js';
import { OwnerFollowUp } from './ownership/owner-follow-up.service.js';
import { OwnershipStore } from './ownership/ownership.store.js';
import { ProofWeighing } from './ownership/proof-weighing.service.js';
import { TurnOwnership } from './ownership/turn-ownership.service.js';
import { UnansweredMail } from './ownership/unanswered-mail.service.js';
import { QuietMail } from './quiet-mail.service.js';
import { ReopenedMail } from './reopened-mail.service.js';
import { GiveBack } from './returns/give-back.service.js';
import { ReturnWatch } from './returns/return-watch.job.js';
import { ReturnStore } from './returns/return.store.js';
import { Returns } from './returns/returns.service.js';
import { RunTurnHandler } from './run-turn.handler.js';
import { SilenceWatch } from './silence/silence-watch.job.js';
import { SilentChatStore } from './silence/silent-chat.store.js';
import { SilentChats } from './silence/silent-chats.service.js';
import { SortChatsHandler } from './sort-chats.handler.js';
import { SortMailHandler } from './sort-mail.handler.js';
import { SortedMail } from './sorted-mail.service.js';
import { TurnEnding } from './turn-ending.service.js';
import { TurnMail } from './turn-mail.service.js';
import { TurnReading } from './turn-reading.service.js';
import { TurnStore } from './turn.store.js';
import { OpenWindow } from './window/open-window.service.js';
import { Reopenings } from './window/reopenings.service.js';
import { ReopeningStore } from './window/reopening.store.js';
import { WindowClosedHandler } from './window/window-closed.handler.js';
import { WindowWatch } from './window/window-watch.job.js';

@Module({
  imports: [InboxModule, AgentModule, OutboxModule, BotmakerModule],
  providers: [
    ConversationStore, ChatRules, TurnStore, LateMailReadModel, AskedMail, ReopenedMail, BegunTurns, DoubleTexts, SortedMail, SortMailHandler, QuietMail, SortChatsHandler, HistoryReadModel, FlowAnswers, TurnMail, TurnReading,
    LeaseStore, Leases, EffectStore, EffectLedger, Courtesies, TurnEnding, RunTurnHandler, OverdueTurns, LeftoverCheckpoints,
    OwnershipStore, UnansweredMail, NextLook, ProofWeighing, TurnOwnership, OwnerFollowUp, LookAtChatHandler, ChatSeenHandler,
    ReturnStore, GiveBack, Returns, ReturnWatch, SilentChatStore, SilentChats, SilenceWatch,
    ReopeningStore, OpenWindow, WindowClosedHandler, Reopenings, WindowWatch,
    EndFacts, ConversationEnds, InactiveChatStore, InactiveChats, InactivityWatch,
  ],
})
export class ConversationModule {}
