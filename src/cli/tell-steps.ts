import type { Step } from '../doctor/index.js';

/** Says what was done to the account, or would be. */
export function tellSteps(steps: readonly Step[], isDry: boolean): void {
  if (steps.length === 0) console.log('nothing to do: it is so already');
  for (const step of steps) console.log(`${isDry ? 'would: ' : ''}${told(step)}`);
}

function told(step: Step): string {
  switch (step.kind) {
    case 'create-rule':
      return `make the redirection rule “${step.rule.name}” to ${step.rule.url}, for chats with ${pairs(step.rule.match)}`;
    case 'update-rule':
      return `change the redirection rule “${step.rule.name}”: to ${step.rule.url}, for chats with ${pairs(step.rule.match)}`;
    case 'delete-rule':
      return `delete the redirection rule “${step.name}”`;
    case 'set-variables':
      return `set in the chat ${pairs(step.variables)}`;
  }
}

/** Botmaker keeps a number without the plus that people write before it [M]; any other id stays as it is. */
export const asKept = (contact: string): string => contact.replace(/^\+(?=\d+$)/, '');

const pairs = (variables: Readonly<Record<string, string>>): string => Object.entries(variables).map(([name, value]) => `${name}=${value === '' ? '(empty)' : value}`).join(' and ');
