import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

export interface HttpCall {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export type HttpResult = { readonly status: number } | { readonly status: null; readonly problem: 'unreachable' | 'timeout' | 'aborted' };

/** Calls a URL over own keep-alive connections, so that `close()` can end them all. */
export class HttpCaller {
  private readonly http = new HttpAgent({ keepAlive: true, maxSockets: 64 });
  private readonly https = new HttpsAgent({ keepAlive: true, maxSockets: 64 });

  /** Never throws: what went wrong is part of the result. */
  call({ method, url, headers, body, timeoutMs, signal }: HttpCall): Promise<HttpResult> {
    return new Promise((resolve) => {
      if (!URL.canParse(url)) return resolve({ status: null, problem: 'unreachable' });
      let problem: 'unreachable' | 'timeout' | 'aborted' = 'unreachable';
      const isHttps = url.startsWith('https:');
      const options = { method, headers: { ...headers, ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }) }, signal };
      const onAnswer = (answer: IncomingMessage): void => {
        answer.resume();
        finish({ status: answer.statusCode ?? 0 });
      };
      const request = isHttps
        ? httpsRequest(url, { ...options, agent: this.https }, onAnswer)
        : httpRequest(url, { ...options, agent: this.http }, onAnswer);
      const timer = setTimeout(() => {
        problem = 'timeout';
        request.destroy();
      }, timeoutMs);
      const finish = (result: HttpResult): void => {
        clearTimeout(timer);
        resolve(result);
      };
      request.on('error', () => finish({ status: null, problem: signal.aborted ? 'aborted' : problem }));
      request.end(body);
    });
  }

  close(): void {
    this.http.destroy();
    this.https.destroy();
  }
}
