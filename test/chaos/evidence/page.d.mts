/** The page, out of what runs kept, by the name of the file. */
export declare function evidencePage(figures: Record<string, object>): string;
