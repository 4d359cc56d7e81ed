/** A line of the test's account, by its last digit. */
export const line = (number: number): { id: string; platform: 'whatsapp'; number: string; name: string; isActive: boolean } => ({
  id: `acmebot-whatsapp-549115000000${number}`, platform: 'whatsapp', number: `549115000000${number}`, name: `Línea ${number}`, isActive: true,
});
