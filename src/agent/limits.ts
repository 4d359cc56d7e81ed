/** Times that the model may search before it must decide. Three is a first try, a better word, and a second subject. */
export const mostSearchRounds = 3;
/** Searches in one round; more are answered with an excuse, so that a model that asks for fifty costs two. */
export const mostSearchesARound = 2;
/** Steps of the graph: twice the longest possible way. Beyond it something loops, which the caps above should prevent. */
export const mostSteps = 40;
/** The longest line of a conversation that the model sees. */
export const longestLine = 4000;
/** Below this coverage a passage is not offered as an answer (offline), and the model is told that it fits badly. */
export const leastCoverage = 0.4;
