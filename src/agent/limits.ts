/** Times that the model may use tools before it must decide. Three is a first try, a better word, and a second subject. */
export const mostToolRounds = 3;
/** Calls in one round; more are answered with an excuse, so that a model that asks for fifty costs two. */
export const mostCallsARound = 2;
/** How long a tool may take that doesn't say so itself. The customer waits. */
export const toolTimeoutMs = 10_000;
/** What the model reads of a tool's answer. More is no answer but a document, and belongs to the knowledge. */
export const longestToolAnswer = 8000;
/** Steps of the graph: twice the longest possible way. Beyond it something loops, which the caps above should prevent. */
export const mostSteps = 40;
/** The longest line of a conversation that the model sees. */
export const longestLine = 4000;
/** Below this coverage a passage is not offered as an answer (offline), and the model is told that it fits badly. */
export const leastCoverage = 0.4;
