import type { Account } from '../account.js';
import type { CredentialsBody } from '../contract/request-bodies.js';
import { NO_CONTENT, ok, type Handlers } from './answer.js';
import { catalogueOperations } from './catalogue-operations.js';
import { chatOperations } from './chat-operations.js';
import { historyOperations } from './history-operations.js';
import { notificationOperations } from './notification-operations.js';
import { sendingOperations } from './sending-operations.js';
import { webhookOperations } from './webhook-operations.js';

/** Every operation of the contract; the type makes a missing one a compile error. */
export function operationsOf(account: Account): Handlers {
  return {
    ...credentialOperations(account),
    ...chatOperations(account),
    ...sendingOperations(account),
    ...historyOperations(account),
    ...catalogueOperations(account),
    ...notificationOperations(account),
    ...webhookOperations(account),
  };
}

type CredentialOperation = 'get-api-credentials' | 'refresh-api-credentials' | 'deleteAPICredentials';

function credentialOperations({ credentials }: Account): Pick<Handlers, CredentialOperation> {
  return {
    'get-api-credentials': () => ok(credentials.current),
    'refresh-api-credentials': ({ body }) => {
      const pair = credentials.rotate(body as CredentialsBody);
      // The contract documents only 200 and 429 here; 401 is what a stale pair most likely gets [G].
      return pair ? ok(pair) : { status: 401, isDeviation: true };
    },
    deleteAPICredentials: () => {
      credentials.invalidate();
      return NO_CONTENT;
    },
  };
}
