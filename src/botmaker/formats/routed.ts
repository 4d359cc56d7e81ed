/**
 * The variable that marks a chat whose notifications go to a developer's machine (`connect`). Whoever finds it set keeps his
 * hands off: the webhook did not lose that chat, and somebody else answers it.
 */
export const routedVariable = 'botmaker_agent_dev';

export const isRoutedAway = (variables: Readonly<Record<string, unknown>> | null): boolean => Boolean(variables?.[routedVariable]);
