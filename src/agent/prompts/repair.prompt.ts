/** What the model is told when its answer can't be used. Its tag can't be imitated by a customer: their text is escaped. */
export function correctionText(why: string): string {
  return `<correccion>Tu respuesta anterior no se puede usar y el cliente no la vio: ${why}. Respondé de nuevo a su consulta con una sola de las herramientas reply, stay_silent, hand_to_human o return_to_flow.</correccion>`;
}
