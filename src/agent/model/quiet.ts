/** Variables that LangChain and its clients read by themselves, behind our configuration. */
const meddling = /^(?:LANGSMITH|LANGCHAIN)_|^OPENAI_(?:LOG|API_BASE)$/;

/**
 * Takes those variables away. One of them sends every conversation to a third party, another prints it to the console, a
 * third changes the address of the model; a machine may have them set for other programs. Returns the names removed.
 */
export function silenceLibraries(env: NodeJS.ProcessEnv): string[] {
  const found = Object.keys(env).filter((name) => meddling.test(name));
  for (const name of found) delete env[name];
  return found;
}
