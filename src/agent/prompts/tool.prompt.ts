/** What the model reads in place of a tool's answer. No text of an error: it may quote a service, an address or a key. */
export const toolTexts = {
  failed: 'No se pudo: la herramienta falló y no se hizo nada. Decidí con lo que tenés.',
  late: 'No se pudo: la herramienta no respondió a tiempo. Decidí con lo que tenés.',
  kept: 'Ya se había hecho antes, y no se hizo de nuevo.',
  unknown: 'No se sabe si llegó a hacerse. No lo intentes de nuevo y no digas que se hizo ni que no se hizo: decile al cliente que una persona lo va a confirmar, y pasale la conversación.',
  tooMany: 'No se hizo: son demasiadas cosas a la vez.',
  notYet: 'Todavía no: leé primero lo que encontraste y después decidí, con una sola herramienta.',
  last: 'Ya no podés usar más herramientas: decidí ahora con lo que tenés.',
  cut: '[recortado]',
} as const;
