/** `data` is the parsed JSON, of the shape that the test knows. */
export interface StreamedEvent<Data = unknown> {
  type: string;
  data: Data;
}

/** Reads Server-Sent Events as a browser's EventSource does, and keeps them. */
export class EventStream {
  readonly events: StreamedEvent[] = [];
  /** True once the server has ended the stream. */
  isEnded = false;

  private constructor(private readonly stop: AbortController) {}

  static async open(url: string): Promise<EventStream> {
    const stop = new AbortController();
    const stream = new EventStream(stop);
    const response = await fetch(url, { signal: stop.signal });
    void stream.read(response.body!);
    return stream;
  }

  /** What was told under one name, in order. */
  of<Data>(type: string): Data[] {
    return this.events.filter((event) => event.type === type).map(({ data }) => data as Data);
  }

  close(): void {
    this.stop.abort();
  }

  private async read(body: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    let text = '';
    try {
      for await (const chunk of body) {
        text += decoder.decode(chunk, { stream: true });
        const blocks = text.split('\n\n');
        text = blocks.pop() ?? '';
        for (const block of blocks) this.take(block);
      }
      this.isEnded = true;
    } catch {
      // Closed by the reader.
    }
  }

  private take(block: string): void {
    const fields = block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()] as const);
    const data = fields.filter(([name]) => name === 'data').map(([, value]) => value).join('\n');
    if (data !== '') this.events.push({ type: fields.find(([name]) => name === 'event')?.[1] ?? 'message', data: JSON.parse(data) });
  }
}
