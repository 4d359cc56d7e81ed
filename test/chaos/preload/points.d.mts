export interface Point {
  what: string;
  at: 'before' | 'during' | 'after' | 'inside';
}

export declare const points: Readonly<Record<string, Point>>;
